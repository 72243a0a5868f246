import { istDay, istDayRange } from '@doffers/calendar';
import { DomainError } from '@doffers/errors';
import { type Charge, charge, microRupees, type Paise, paise, totalTax } from '@doffers/money';
import { type InvoiceDraft, saleDraft } from './invoice.ts';
import { credit, debit, type Journal, journal, reversedLines } from './ledger.ts';
import type { MessageUnits } from './message-units.ts';
import type { Plan } from './plan.ts';
import { earn } from './revenue.ts';
import {
  clockSkewMs,
  dunningDays,
  nextPeriod,
  planOfNextPeriod,
  rolled,
  type Subscription,
  usableUntil,
} from './subscription.ts';
import { type Supply, taxContextOf } from './supply.ts';
import type { SpendRefusal } from './wallet.ts';

/** How far a step got. `void` was undone before it was done, and never will be. */
type BillCharge = 'none' | 'charged' | 'refunded' | 'void';
type BillGrant = 'none' | 'granted' | 'revoked' | 'void';

/** What a period, or the rest of one on a better plan, costs and includes. A trial is a bill of nothing. */
export type Bill = {
  readonly id: string;
  readonly subscriptionId: string;
  readonly shopId: string;
  /** `subscription/{id}/cycle/{n}`, and what follows it for a change: one key is one bill. */
  readonly key: string;
  readonly kind: 'trial' | 'renewal' | 'upgrade';
  readonly periodNo: number;
  readonly periodStart: Date;
  readonly periodEnd: Date;
  readonly plan: Plan;
  /** What the invoice calls it. */
  readonly description: string;
  /** Without tax. */
  readonly price: Paise;
  readonly offers: number;
  readonly messages: MessageUnits;
  readonly supply: Supply;
  /** With tax. */
  readonly total: Paise;
  readonly charge: BillCharge;
  /** How many attempts to pay it were refused, and when the last one was. */
  readonly refusedTries: number;
  readonly lastTryAt: Date | undefined;
  /** Why the last refused attempt was. */
  readonly refusal: SpendRefusal | undefined;
  readonly grant: BillGrant;
  /** The subscription runs on it: it is paid, granted, and will be invoiced. */
  readonly active: boolean;
  readonly createdAt: Date;
};

/**
 * More bills than this of one subscription on one day are a fault of ours, and are not charged. Void ones, such as those
 * of refused upgrades, do not count: they cost nothing.
 */
export const billsPerDay = 15;

const dayMs = 86_400_000;

/** When the next attempt to pay is made by itself; undefined after the last one. */
export function nextTry({ periodStart, lastTryAt }: Pick<Bill, 'periodStart' | 'lastTryAt'>): Date | undefined {
  const tries = dunningDays.map((days) => new Date(periodStart.getTime() + days * dayMs));
  return tries.find((at) => lastTryAt === undefined || at > lastTryAt);
}

/**
 * When an attempt that is made now counts as made: the workflow's clock may be a little ahead of this one, and its
 * attempt must not be due again once it was made.
 */
export function triedAt(bill: Pick<Bill, 'periodStart' | 'lastTryAt'>, now: Date): Date {
  const due = nextTry(bill);
  return due !== undefined && due > now && due.getTime() - now.getTime() <= clockSkewMs ? due : now;
}

/**
 * Until when what a bill includes may be used: through the grace of the next period, or, where the plan lets it be carried
 * over, of the one after that.
 */
export function billUsableUntil(bill: Bill, subscription: Subscription): Date {
  if (!bill.plan.carriesOver) return usableUntil(bill.periodEnd);
  const period = { no: bill.periodNo, start: bill.periodStart, end: bill.periodEnd };
  const paid = bill.kind === 'upgrade' ? subscription : rolled(subscription, bill.plan, period);
  return usableUntil(nextPeriod(paid).end);
}

/** When the grace of an unpaid period is over. */
export function giveUpAt({ periodStart }: Pick<Bill, 'periodStart'>): Date {
  return usableUntil(periodStart);
}

type About = Pick<Bill, 'id' | 'key' | 'supply' | 'createdAt'>;
const open = {
  charge: 'none',
  refusedTries: 0,
  lastTryAt: undefined,
  refusal: undefined,
  grant: 'none',
  active: false,
} as const;

/** The next period, on the plan that it begins with. */
export function renewalBill(subscription: Subscription, about: About): Bill {
  const plan = planOfNextPeriod(subscription);
  const period = nextPeriod(subscription);
  const description = `${plan.name} plan, ${istDay(period.start)} to ${istDay(new Date(period.end.getTime() - 1))}`;
  const ofPlan = { plan, price: plan.price, offers: plan.offers, messages: plan.messages };
  return billOf(subscription, about, { kind: 'renewal', period, description, ...ofPlan });
}

/** The trial of a new subscription: free, granted at once. */
export function trialBill(subscription: Subscription, about: About): Bill {
  const { plan, periodStart: start, periodEnd: end } = subscription;
  const ofPlan = { plan, price: paise(0), offers: plan.offers, messages: plan.messages };
  const bill = billOf(subscription, about, {
    kind: 'trial',
    period: { no: 0, start, end },
    description: `${plan.name} plan, trial`,
    ...ofPlan,
  });
  return { ...bill, charge: 'charged', grant: 'granted', active: true };
}

/**
 * The rest of a period on a better plan. Days count as they do in India, and today counts as left. What the old plan
 * cost for them is credited, at most what was paid for the period; included units grow by the same share, rounded up.
 */
export function upgradeBill(
  subscription: Subscription,
  plan: Plan,
  { paid, ...about }: About & { readonly paid: Paise },
): Bill {
  const { periodStart: start, periodEnd: end, periodNo: no, plan: old } = subscription;
  const total = daysBetween(start, end);
  const left = Math.min(total, Math.max(0, daysBetween(about.createdAt, end)));
  const share = (amount: number) => Math.round((amount * left) / total);
  const credited = Math.min(paid, share(old.price));
  const more = (to: number, from: number) => Math.max(0, Math.ceil(((to - from) * left) / total));
  const messages = Object.entries(plan.messages).map(([channel, units]) => [
    channel,
    more(units, old.messages[channel as keyof MessageUnits] ?? 0),
  ]);
  return billOf(subscription, about, {
    kind: 'upgrade',
    period: { no, start, end },
    description: `Upgrade from ${old.name} to ${plan.name} plan, ${left} of ${total} days`,
    plan,
    price: paise(Math.max(0, share(plan.price) - credited)),
    offers: more(plan.offers, old.offers),
    messages: Object.fromEntries(messages) as MessageUnits,
  });
}

type Parts = Pick<Bill, 'kind' | 'description' | 'plan' | 'price' | 'offers' | 'messages'> & {
  readonly period: ReturnType<typeof nextPeriod>;
};

function billOf({ id: subscriptionId, shopId }: Subscription, about: About, { period, ...parts }: Parts): Bill {
  const dates = { periodNo: period.no, periodStart: period.start, periodEnd: period.end };
  const { total } = priceOf({ ...parts, ...about });
  return { ...about, subscriptionId, shopId, ...dates, ...parts, total, ...open };
}

function daysBetween(from: Date, to: Date): number {
  const startOf = (instant: Date) => istDayRange(istDay(instant)).start.getTime();
  return Math.round((startOf(to) - startOf(from)) / dayMs);
}

function priceOf({ price, supply, key }: Pick<Bill, 'price' | 'supply' | 'key'>): Charge {
  return charge([{ line: key, quantity: 1, rate: microRupees(price * 10_000) }], taxContextOf(supply));
}

/** Takes the price from cash, by the attempt after those that were refused. The tax was booked when it was paid in. */
export function billJournal(bill: Bill): Journal {
  const { taxable, taxes, total } = priceOf(bill);
  const about = { kind: 'subscription_charge', reference: `subscription-bill/${bill.id}` } as const;
  return journal({ key: `${bill.key}/try/${bill.refusedTries + 1}`, ...about }, [
    debit({ code: 'WALLET_CASH', shopId: bill.shopId }, total),
    earn(taxable, { sold: 'subscription', state: bill.supply.placeOfSupply }),
    credit({ code: 'ADVANCE_TAX' }, totalTax(taxes)),
  ]);
}

/** Gives it back: the same lines with their sides exchanged. */
export function billRefundJournal(bill: Bill): Journal {
  const charged = billJournal(bill);
  const { key: reverses, reference } = charged;
  const about = { key: `${bill.key}/refund`, kind: 'subscription_refund', reference, reverses } as const;
  return journal(about, reversedLines(charged));
}

/**
 * The invoice of a bill that the subscription runs on; undefined when there was nothing to pay or it was undone. It is
 * paid from the wallet to the paisa, so nothing is rounded off.
 *
 * @throws DomainError `BILL_PENDING`
 */
export function billInvoice(bill: Bill): InvoiceDraft | undefined {
  if (bill.total === 0 || bill.charge === 'refunded' || bill.charge === 'void') return undefined;
  if (!bill.active) {
    throw new DomainError('failed_precondition', 'BILL_PENDING', 'a bill is invoiced once it is paid');
  }
  const { shopId, supply, description } = bill;
  const about = { sold: 'subscription', shopId, source: `subscription-bill/${bill.id}`, supply, description } as const;
  return saleDraft(about, priceOf(bill));
}

export function billNotFound(): DomainError {
  return new DomainError('not_found', 'BILL_NOT_FOUND', 'there is no such bill');
}

export function billUnpaid(): DomainError {
  return new DomainError('failed_precondition', 'BILL_UNPAID', 'this bill is not paid');
}

export function runawayBilling(): DomainError {
  const message = `more than ${billsPerDay} bills of this subscription today: nothing more is charged until tomorrow`;
  return new DomainError('failed_precondition', 'BILLING_RUNAWAY', message);
}
