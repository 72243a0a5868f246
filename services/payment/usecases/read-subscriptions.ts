import { type Actor, actForShop, actsFor } from '@doffers/ownership';
import type { PageKey } from '@doffers/resource';
import type { Bill } from '../domain/bill.ts';
import type { Plan } from '../domain/plan.ts';
import { type Subscription, subscriptionNotFound } from '../domain/subscription.ts';
import type { SubscriptionDeps } from './subscription-deps.ts';

type Deps = Pick<SubscriptionDeps, 'books' | 'shopAccess'>;

/** Lists the plans on sale, cheapest first. */
export function listPlans({ books }: Pick<Deps, 'books'>): Promise<readonly Plan[]> {
  return books.subscriptions.listPlans();
}

/**
 * Lists a shop's subscriptions, newest first, for its owner and admins.
 *
 * @throws DomainError `SHOP_NOT_FOUND`
 */
export async function listSubscriptions(
  { books, shopAccess }: Deps,
  actor: Actor,
  query: { readonly shopId: string; readonly limit: number; readonly after: PageKey | undefined },
): Promise<readonly Subscription[]> {
  await actForShop(shopAccess, actor, query.shopId);
  return books.subscriptions.list(query);
}

/**
 * Reads a subscription, for the owner of its shop and admins.
 *
 * @throws DomainError `SUBSCRIPTION_NOT_FOUND`, also for another shop's
 */
export async function getSubscription({ books, shopAccess }: Deps, actor: Actor, id: string): Promise<Subscription> {
  const found = await books.subscriptions.find(id);
  if (found === undefined || !actsFor(actor, (await shopAccess(found.shopId)).ownerId)) throw subscriptionNotFound();
  return found;
}

/** The month that a subscription which is past due waits for. */
export async function debtOf(
  { books }: Pick<Deps, 'books'>,
  { id, status, periodNo }: Subscription,
): Promise<Bill | undefined> {
  return status === 'past_due' ? books.bills.findOpen(id, periodNo + 1) : undefined;
}
