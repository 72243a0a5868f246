import { planNotFound } from '../domain/plan.ts';
import {
  cancel,
  changePlan,
  ended,
  pastDue,
  pause,
  resume,
  type Subscription,
  subscriptionNotFound,
  suspended,
} from '../domain/subscription.ts';
import { takeBackUnits } from './grant-bill.ts';
import type { SubscriptionCommand, SubscriptionDeps } from './subscription-deps.ts';

type Deps = Pick<SubscriptionDeps, 'inTransaction' | 'now'>;

/**
 * How a subscription stands, for its workflow.
 *
 * @throws DomainError `SUBSCRIPTION_NOT_FOUND`
 */
export async function readSubscription({ books }: Pick<SubscriptionDeps, 'books'>, id: string): Promise<Subscription> {
  const found = await books.subscriptions.find(id);
  if (found === undefined) throw subscriptionNotFound();
  return found;
}

/** What the workflow has to do about a command: nothing more, or a bill that must be paid. */
type Steered = { readonly subscription: Subscription; readonly toPay: 'nothing' | 'upgrade' | 'period' };

/**
 * Applies a command to a subscription, as far as no money is needed for it. Called by its workflow only, so that no two
 * commands meet.
 *
 * @throws DomainError `SUBSCRIPTION_NOT_FOUND`, `SUBSCRIPTION_STATE`, `PLAN_NOT_FOUND`
 */
export function steerSubscription(deps: Deps, id: string, command: SubscriptionCommand): Promise<Steered> {
  return deps.inTransaction(async (books) => {
    const stored = await books.subscriptions.lock(id);
    if (stored === undefined) throw subscriptionNotFound();
    switch (command.kind) {
      case 'change': {
        const plan = await books.subscriptions.findPlan(command.planId);
        if (plan === undefined) throw planNotFound();
        const change = changePlan(stored, plan);
        if (change.kind === 'upgrade') return { subscription: stored, toPay: 'upgrade' };
        await books.subscriptions.save(change.subscription);
        return { subscription: change.subscription, toPay: 'nothing' };
      }
      case 'pause': {
        const subscription = pause(stored);
        await books.subscriptions.save(subscription);
        return { subscription, toPay: 'nothing' };
      }
      case 'resume': {
        const { kind, subscription } = resume(stored, deps.now());
        await books.subscriptions.save(subscription);
        return { subscription, toPay: kind === 'pay' ? 'period' : 'nothing' };
      }
      case 'cancel': {
        const subscription = cancel(stored, command.when);
        await books.subscriptions.save(subscription);
        if (subscription.status === 'cancelled') await takeBackUnits(books, subscription.id);
        return { subscription, toPay: 'nothing' };
      }
    }
  });
}

/** Where the workflow moves a subscription by itself; `lapsed` is a pause that outlived what was paid. */
type Move = 'past_due' | 'suspended' | 'ended' | 'lapsed';

/**
 * Moves a subscription because of the time. Idempotent; one that has ended stays so.
 *
 * @throws DomainError `SUBSCRIPTION_NOT_FOUND`
 */
export function moveSubscription(
  { inTransaction }: Pick<Deps, 'inTransaction'>,
  id: string,
  { to, reason }: { readonly to: Move; readonly reason: string },
): Promise<Subscription> {
  return inTransaction(async (books) => {
    const stored = await books.subscriptions.lock(id);
    if (stored === undefined) throw subscriptionNotFound();
    const subscription = moved(stored, to, reason);
    await books.subscriptions.save(subscription);
    if (to !== 'past_due') await takeBackUnits(books, id);
    return subscription;
  });
}

function moved(subscription: Subscription, to: Move, reason: string): Subscription {
  if (subscription.status === 'cancelled') return subscription;
  switch (to) {
    case 'past_due':
      return pastDue(subscription);
    case 'suspended':
      return suspended(subscription, reason);
    case 'ended':
      return ended(subscription, reason);
    case 'lapsed':
      return subscription;
  }
}
