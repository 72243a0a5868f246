import { planNotFound } from '../domain/plan.ts';
import {
  cancel,
  changePlan,
  type Move,
  moved,
  pause,
  resume,
  type Subscription,
  subscriptionNotFound,
} from '../domain/subscription.ts';
import { fastForward } from './fast-forward.ts';
import { takeBackUnits } from './grant-bill.ts';
import type { SubscriptionCommand, SubscriptionDeps } from './subscription-deps.ts';

type Deps = Pick<SubscriptionDeps, 'inTransaction' | 'now'>;
type SteerDeps = Deps & Pick<SubscriptionDeps, 'sandbox'>;

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
 * commands meet. Repeated, it answers what is still to pay; once that is paid, that is nothing.
 *
 * @throws DomainError `SUBSCRIPTION_NOT_FOUND`, `SUBSCRIPTION_STATE`, `PLAN_NOT_FOUND`, `NOT_IN_SANDBOX`
 */
export function steerSubscription(deps: SteerDeps, id: string, command: SubscriptionCommand): Promise<Steered> {
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
      case 'fast_forward':
        return { subscription: await fastForward(deps, books, stored), toPay: 'nothing' };
    }
  });
}

/**
 * Moves a subscription because its period is over, and answers how it stands. A move that does not apply any more, or did
 * so before, changes nothing: neither the subscription nor what it includes.
 *
 * @throws DomainError `SUBSCRIPTION_NOT_FOUND`, `PERIOD_RUNS`
 */
export function moveSubscription(deps: Deps, id: string, move: Move): Promise<Subscription> {
  return deps.inTransaction(async (books) => {
    const stored = await books.subscriptions.lock(id);
    if (stored === undefined) throw subscriptionNotFound();
    const subscription = moved(stored, move, deps.now());
    if (subscription === undefined) return stored;
    await books.subscriptions.save(subscription);
    if (move.to !== 'past_due') await takeBackUnits(books, id);
    return subscription;
  });
}
