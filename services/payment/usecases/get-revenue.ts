import { paise } from '@doffers/money';
import { type Days, daysOf, mrrMovements, type RevenueReport, rangeOf } from '../domain/revenue-report.ts';
import type { Books } from '../repositories/books.ts';

type Deps = { readonly books: Pick<Books, 'revenue'>; readonly now: () => Date };

/**
 * Draws up what the platform earned in some days, from the ledger.
 *
 * @throws DomainError `DATE_RANGE_INVALID`
 */
export async function getRevenue({ books, now }: Deps, asked: Days): Promise<RevenueReport> {
  const readAt = now();
  const days = daysOf(asked, readAt);
  const range = rangeOf(days);
  // What has not come yet is not counted as lost.
  const untilNow = { start: range.start, end: range.end < readAt ? range.end : readAt };
  const promo = await books.revenue.moved('PROMO_EXPENSE', range);
  const gateway = await books.revenue.moved('GATEWAY_CLEARING', range);
  return {
    days,
    revenue: await books.revenue.earned(range),
    mrr: mrrMovements(await books.revenue.mrr(untilNow)),
    promo: {
      granted: paise(promo.get('promo_grant') ?? 0),
      used: paise(0 - (promo.get('capture') ?? 0) - (promo.get('reversal') ?? 0)),
      expired: paise(0 - (promo.get('promo_expiry') ?? 0)),
    },
    paidIn: paise((gateway.get('topup') ?? 0) + (gateway.get('payment_return') ?? 0)),
    paidBack: paise(0 - (gateway.get('refund_paid') ?? 0)),
    wallets: await books.revenue.wallets(),
    readAt,
  };
}
