import { type Paise, paise } from '@doffers/money';
import { credit, debit, type Earned, type Line, type PlatformAccountCode } from './ledger.ts';
import type { Service } from './supply.ts';

/** Where a sale is booked: campaigns have an account of their own. */
const revenueAccount = (sold: Service): PlatformAccountCode =>
  sold === 'campaign' ? 'CAMPAIGN_REVENUE' : 'SUBSCRIPTION_REVENUE';

/** The line of a journal that books revenue, without tax; what is negative is taken back. */
export function earn(amount: Paise, earned: Earned): Line {
  const account = { code: revenueAccount(earned.sold) };
  const line = amount < 0 ? debit(account, paise(0 - amount)) : credit(account, amount);
  return { ...line, earned };
}

/** Revenue of one day in India, by what it was earned with. Negative where more was taken back than earned. */
export type Revenue = Omit<Earned, 'channel'> & {
  readonly day: string;
  readonly channel: string | undefined;
  readonly amount: Paise;
};

/** Sums revenue by one of its marks, in the order in which they first appear. */
export function revenueBy<Mark extends keyof Revenue>(
  revenue: readonly Revenue[],
  mark: Mark,
): ReadonlyMap<Revenue[Mark], Paise> {
  const sums = new Map<Revenue[Mark], Paise>();
  for (const part of revenue) sums.set(part[mark], paise((sums.get(part[mark]) ?? 0) + part.amount));
  return sums;
}
