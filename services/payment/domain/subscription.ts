import { monthAnchor } from '@doffers/calendar';
import { DomainError } from '@doffers/errors';
import type { Plan } from './plan.ts';

/**
 * Where a subscription stands. `incomplete` waits for its first payment; `past_due` has a period that is not paid, and
 * may still use the last one until its grace ends; `suspended` has neither; `cancelled` is the end.
 */
export type SubscriptionStatus =
  | 'incomplete'
  | 'trialing'
  | 'active'
  | 'past_due'
  | 'suspended'
  | 'paused'
  | 'cancelled';

/** A shop's subscription. Its periods are counted from 1; 0 is the trial, or the time before the first payment. */
export type Subscription = {
  readonly id: string;
  readonly shopId: string;
  readonly buyerId: string;
  readonly status: SubscriptionStatus;
  /** The plan of the current period, as it was sold. */
  readonly plan: Plan;
  /** What the next period begins with, when that is another plan. */
  readonly nextPlan: Plan | undefined;
  readonly periodNo: number;
  readonly periodStart: Date;
  /** When the next period begins and is due. */
  readonly periodEnd: Date;
  /** Periods begin on the anchor's day of the month, counted from the period after `anchorNo`. */
  readonly anchor: Date;
  readonly anchorNo: number;
  /** Ends instead of renewing. */
  readonly cancelsAtEnd: boolean;
  /** Why it ended or was suspended; empty before. */
  readonly reason: string;
  readonly createdAt: Date;
};

export type SubscriptionRequest = { readonly shopId: string; readonly requestId: string; readonly planId: string };

const dayMs = 86_400_000;

/** Days after the due date on which a payment is tried, and after which a subscription that owes is suspended. */
export const dunningDays = [0, 1, 3, 7] as const;
const graceDays = 10;

/** A new subscription: with a trial, or due at once. */
export function newSubscription(
  about: Pick<Subscription, 'id' | 'shopId' | 'buyerId'>,
  plan: Plan,
  { hadOneBefore, now }: { readonly hadOneBefore: boolean; readonly now: Date },
): Subscription {
  const trialDays = hadOneBefore ? 0 : plan.trialDays;
  const anchor = new Date(now.getTime() + trialDays * dayMs);
  return {
    ...about,
    status: trialDays > 0 ? 'trialing' : 'incomplete',
    plan,
    nextPlan: undefined,
    periodNo: 0,
    periodStart: now,
    periodEnd: anchor,
    anchor,
    anchorNo: 0,
    cancelsAtEnd: false,
    reason: '',
    createdAt: now,
  };
}

/** The period that is due next. The anchor's day comes back after a month that was too short for it. */
export function nextPeriod({ periodNo, anchor, anchorNo }: Subscription) {
  const no = periodNo + 1;
  return { no, start: monthAnchor(anchor, no - 1 - anchorNo), end: monthAnchor(anchor, no - anchorNo) };
}

/** Until when what a period includes may be used: through the grace of the one after it, unless that is paid before. */
export function usableUntil(periodEnd: Date): Date {
  return new Date(periodEnd.getTime() + graceDays * dayMs);
}

/** The plan that the next period is billed with: a change that was asked for comes before the period rolls. */
export function planOfNextPeriod({ plan, nextPlan }: Subscription): Plan {
  return nextPlan ?? plan;
}

/** The next period is paid. */
export function rolled(subscription: Subscription, plan: Plan, period: ReturnType<typeof nextPeriod>): Subscription {
  const { no: periodNo, start: periodStart, end: periodEnd } = period;
  // A new beginning that was asked for twice and billed once counts from what was billed.
  const follows = nextPeriod(subscription).start.getTime() === periodStart.getTime();
  const anchored = follows ? {} : { anchor: periodStart, anchorNo: periodNo - 1 };
  const paid = { plan, nextPlan: undefined, periodNo, periodStart, periodEnd };
  return { ...subscription, ...anchored, ...paid, status: 'active', reason: '' };
}

/** A better plan is paid for the rest of the period. */
export function upgraded(subscription: Subscription, plan: Plan): Subscription {
  return { ...subscription, plan, nextPlan: undefined };
}

type Change = { readonly kind: 'done'; readonly subscription: Subscription } | { readonly kind: 'upgrade' };

/**
 * Changes the plan. A dearer one counts now and is paid for the days that are left; any other one counts from the next
 * period. In a trial it counts at once, since nothing is paid yet.
 *
 * @throws DomainError `SUBSCRIPTION_STATE`
 */
export function changePlan(subscription: Subscription, plan: Plan): Change {
  assertIn(subscription, ['trialing', 'active'], 'change its plan');
  if (subscription.cancelsAtEnd) throw wrongState('it ends with its period: resume it before you change its plan');
  if (plan.id === subscription.plan.id) return done({ ...subscription, nextPlan: undefined });
  if (subscription.status === 'trialing') return done(upgraded(subscription, plan));
  if (plan.price > subscription.plan.price) return { kind: 'upgrade' };
  return done({ ...subscription, nextPlan: plan });
}

const done = (subscription: Subscription): Change => ({ kind: 'done', subscription });

/**
 * Renews no more until it is resumed; what is paid may be used to its end.
 *
 * @throws DomainError `SUBSCRIPTION_STATE`
 */
export function pause(subscription: Subscription): Subscription {
  if (subscription.status === 'paused') return subscription;
  assertIn(subscription, ['trialing', 'active'], 'be paused');
  if (subscription.cancelsAtEnd) throw wrongState('it ends with its period: resume it before you pause it');
  return { ...subscription, status: 'paused' };
}

type Resumption = { readonly kind: 'done' | 'pay'; readonly subscription: Subscription };

/**
 * Goes on. Within the paid period, or when it only was to end with it, nothing has to be paid; a debt is tried at once;
 * one that was suspended, or paused beyond its period, begins a new period now.
 *
 * @throws DomainError `SUBSCRIPTION_STATE`
 */
export function resume(subscription: Subscription, now: Date): Resumption {
  const { status, periodEnd, periodNo } = subscription;
  if (status === 'past_due') return { kind: 'pay', subscription };
  if (status === 'trialing' || status === 'active') {
    return { kind: 'done', subscription: { ...subscription, cancelsAtEnd: false } };
  }
  assertIn(subscription, ['paused', 'suspended'], 'be resumed');
  if (status === 'paused' && now < periodEnd) {
    const before = periodNo === 0 ? 'trialing' : 'active';
    return { kind: 'done', subscription: { ...subscription, status: before, cancelsAtEnd: false } };
  }
  const restarted = { anchor: now, anchorNo: periodNo, periodEnd: now, cancelsAtEnd: false };
  return { kind: 'pay', subscription: { ...subscription, ...restarted } };
}

/**
 * Ends with its period, or now. What is not paid, or not used, ends now in any case; nothing is given back.
 * One that has ended stays as it is: its workflow is gone, and with it the memory of who asked before.
 */
export function cancel(subscription: Subscription, when: 'now' | 'at_end'): Subscription {
  if (subscription.status === 'cancelled') return subscription;
  const running = subscription.status === 'trialing' || subscription.status === 'active';
  if (when === 'at_end' && running) return { ...subscription, cancelsAtEnd: true };
  return ended(subscription, 'CANCELLED');
}

function ended(subscription: Subscription, reason: string): Subscription {
  return { ...subscription, status: 'cancelled', nextPlan: undefined, cancelsAtEnd: false, reason };
}

/** Where the workflow moves a subscription by itself; `lapsed` is a pause that outlived what was paid. */
export type Move = {
  readonly to: 'past_due' | 'suspended' | 'ended' | 'lapsed';
  /** Of what is suspended or ended. */
  readonly reason: string;
};

/** The clocks of two machines may be this far apart. */
export const clockSkewMs = 60_000;

/**
 * What becomes of a subscription because its period is over; undefined when that does not concern it any more. The
 * workflow may be heard late, or twice: what was paid meanwhile stays paid.
 *
 * @throws DomainError `PERIOD_RUNS` when by this clock it is too early; the same move is possible later
 */
export function moved(subscription: Subscription, { to, reason }: Move, now: Date): Subscription | undefined {
  if (!mayMove(subscription, to)) return undefined;
  if (subscription.periodEnd.getTime() > now.getTime() + clockSkewMs) throw periodRuns();
  switch (to) {
    case 'past_due':
      return { ...subscription, status: 'past_due' };
    case 'suspended':
      return { ...subscription, status: 'suspended', reason };
    case 'ended':
      return ended(subscription, reason);
    case 'lapsed':
      return subscription;
  }
}

function mayMove({ status, cancelsAtEnd }: Subscription, to: Move['to']): boolean {
  const renews = status === 'trialing' || status === 'active' || status === 'past_due';
  switch (to) {
    case 'past_due':
      return renews;
    case 'suspended':
      return renews || status === 'incomplete';
    case 'ended':
      return cancelsAtEnd || status === 'incomplete';
    case 'lapsed':
      return status === 'paused';
  }
}

/** @throws DomainError `SUBSCRIPTION_STATE` */
export function assertIn({ status }: Subscription, allowed: readonly SubscriptionStatus[], what: string): void {
  if (!allowed.includes(status)) throw wrongState(`one that is ${status.replace('_', ' ')} cannot ${what}`);
}

function wrongState(why: string): DomainError {
  return new DomainError('failed_precondition', 'SUBSCRIPTION_STATE', `this subscription does not allow that: ${why}`);
}

function periodRuns(): DomainError {
  const message = 'the period of this subscription is not over yet: try again when it is';
  return new DomainError('unavailable', 'PERIOD_RUNS', message, { retryAfterSeconds: 30 });
}

export function subscriptionNotFound(): DomainError {
  return new DomainError('not_found', 'SUBSCRIPTION_NOT_FOUND', 'there is no such subscription');
}

export function subscriptionExists(): DomainError {
  const message = 'this shop has a subscription: change it instead of opening another one';
  return new DomainError('failed_precondition', 'SUBSCRIPTION_EXISTS', message);
}
