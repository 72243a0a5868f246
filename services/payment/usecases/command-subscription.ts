import { assertApproved } from '@doffers/ownership';
import type { Subscription } from '../domain/subscription.ts';
import { getSubscription } from './read-subscriptions.ts';
import type { Commanded, SubscriptionCommand, SubscriptionDeps } from './subscription-deps.ts';

/**
 * Has a person's command carried out by the subscription's workflow, and answers how the subscription stands then. A
 * repeated request id has the effect of one: the workflow knows its last requests, and what it answered is kept here too,
 * since a workflow that has ended knows nothing. What may have to be paid is for shops that are approved; every shop may
 * pause or end what it has.
 *
 * @throws DomainError `SUBSCRIPTION_NOT_FOUND`, `SHOP_NOT_APPROVED`, `SUBSCRIPTION_STATE`, `PLAN_NOT_FOUND`,
 * `INSUFFICIENT_FUNDS`, `WALLET_FROZEN`, `BILLING_RUNAWAY`, `IDEMPOTENCY_KEY_REUSED`, `WORKFLOWS_UNAVAILABLE`
 */
export async function commandSubscription(
  deps: Pick<SubscriptionDeps, 'books' | 'inTransaction' | 'shopAccess' | 'workflows'>,
  { actor, subscriptionId, requestId }: Commanded,
  command: SubscriptionCommand,
): Promise<Subscription> {
  const { shopId } = await getSubscription(deps, actor, subscriptionId);
  const asked = { scope: `subscription.command/${subscriptionId}`, request: { requestId, command } };
  if ((await deps.books.commands.recall<true>(asked)) === undefined) {
    if (command.kind === 'change' || command.kind === 'resume') assertApproved(await deps.shopAccess(shopId));
    await deps.workflows.command({ subscriptionId, shopId, requestId }, command);
    await deps.inTransaction(({ commands }) => commands.once(asked, async () => true));
  }
  return getSubscription(deps, actor, subscriptionId);
}
