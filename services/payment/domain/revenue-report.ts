import { istDay, istDayRange } from '@doffers/calendar';
import { DomainError } from '@doffers/errors';
import { type Paise, paise, sumPaise } from '@doffers/money';
import type { Revenue } from './revenue.ts';

/** Days in India, both included. */
export type Days = { readonly from: string; readonly to: string };

/** All wallets together: what belongs to shops, and the part of it that is set aside for what runs. */
export type Totals = {
  readonly cash: Paise;
  readonly promo: Paise;
  readonly heldCash: Paise;
  readonly heldPromo: Paise;
};

/** The monthly price, without tax, of a subscription's plan in the paid periods before and at the end; 0: none. */
export type MrrOfSubscription = { readonly before: Paise; readonly after: Paise };

/** How recurring revenue moved. What was at the start, and each movement, add up to what is at the end. */
export type MrrMovements = {
  readonly start: Paise;
  readonly gained: Paise;
  readonly expanded: Paise;
  readonly contracted: Paise;
  readonly churned: Paise;
  readonly end: Paise;
  readonly subscriptionsAtStart: number;
  readonly subscriptionsGained: number;
  readonly subscriptionsChurned: number;
  readonly subscriptionsAtEnd: number;
};

/** What the platform earned in some days, before tax. */
export type RevenueReport = {
  readonly days: Days;
  readonly revenue: readonly Revenue[];
  readonly mrr: MrrMovements;
  readonly promo: { readonly granted: Paise; readonly used: Paise; readonly expired: Paise };
  readonly paidIn: Paise;
  readonly paidBack: Paise;
  readonly wallets: Totals;
  readonly readAt: Date;
};

export function mrrMovements(subscriptions: readonly MrrOfSubscription[]): MrrMovements {
  const sum = (amountOf: (one: MrrOfSubscription) => number) =>
    sumPaise(subscriptions.map((one) => paise(Math.max(0, amountOf(one)))));
  const count = (isCounted: (one: MrrOfSubscription) => boolean) => subscriptions.filter(isCounted).length;
  return {
    start: sum(({ before }) => before),
    gained: sum(({ before, after }) => (before === 0 ? after : 0)),
    expanded: sum(({ before, after }) => (before === 0 ? 0 : after - before)),
    contracted: sum(({ before, after }) => (after === 0 ? 0 : before - after)),
    churned: sum(({ before, after }) => (after === 0 ? before : 0)),
    end: sum(({ after }) => after),
    subscriptionsAtStart: count(({ before }) => before > 0),
    subscriptionsGained: count(({ before, after }) => before === 0 && after > 0),
    subscriptionsChurned: count(({ before, after }) => before > 0 && after === 0),
    subscriptionsAtEnd: count(({ after }) => after > 0),
  };
}

const mostDays = 366;
const dayMs = 86_400_000;

/**
 * The days of a report: those that were asked for; the current month so far when none are named.
 *
 * @throws DomainError `DATE_RANGE_INVALID`
 */
export function daysOf(asked: Days, now: Date): Days {
  const to = asked.to || istDay(now);
  const from = asked.from || `${to.slice(0, 8)}01`;
  for (const day of [from, to]) if (!isDay(day)) throw wrongDays(`there is no day ${day}`);
  if (from > to) throw wrongDays('the first day is behind the last one');
  const days = Math.round((Date.parse(to) - Date.parse(from)) / dayMs) + 1;
  if (days > mostDays) throw wrongDays(`ask for at most ${mostDays} days at once`);
  return { from, to };
}

/** The instants between which days lie in India. */
export function rangeOf({ from, to }: Days): { readonly start: Date; readonly end: Date } {
  return { start: istDayRange(from).start, end: istDayRange(to).end };
}

function isDay(text: string): boolean {
  const instant = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(instant.getTime()) && instant.toISOString().startsWith(text);
}

function wrongDays(message: string): DomainError {
  return new DomainError('invalid_argument', 'DATE_RANGE_INVALID', message);
}
