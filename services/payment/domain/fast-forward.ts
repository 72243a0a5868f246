import { DomainError } from '@doffers/errors';
import { type Bill, giveUpAt, nextTry } from './bill.ts';
import { assertIn, type Subscription } from './subscription.ts';

/**
 * How much time must pass until a subscription has something due: the end of its period, or, of one that owes `debt`, the
 * next try and at last the end of its grace. 0 when something is due already.
 *
 * @throws DomainError `SUBSCRIPTION_STATE` for one that waits for no day
 */
export function msUntilDue(subscription: Subscription, debt: Bill | undefined, now: Date): number {
  const waiting = ['incomplete', 'trialing', 'active', 'past_due', 'paused'] as const;
  assertIn(subscription, waiting, 'be moved on in time: nothing comes due by itself');
  const owes = subscription.status === 'past_due' && debt !== undefined;
  const due = owes ? (nextTry(debt) ?? giveUpAt(debt)) : subscription.periodEnd;
  return Math.max(0, due.getTime() - now.getTime());
}

/** The same subscription as if it had come this far so much earlier, which is as if so much time had passed. */
export function earlier(subscription: Subscription, ms: number): Subscription {
  const back = (at: Date) => new Date(at.getTime() - ms);
  const [periodStart, periodEnd] = [back(subscription.periodStart), back(subscription.periodEnd)];
  // A month back is not a number of days: the next period is counted from where this one ends now.
  return { ...subscription, periodStart, periodEnd, anchor: periodEnd, anchorNo: subscription.periodNo };
}

export function notInSandbox(): DomainError {
  const message = 'this is not a sandbox: here subscriptions go by the calendar';
  return new DomainError('not_found', 'NOT_IN_SANDBOX', message);
}
