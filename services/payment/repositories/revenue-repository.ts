import type { Transaction } from '@doffers/database';
import { paise, type StateCode } from '@doffers/money';
import type { JournalKind, PlatformAccountCode } from '../domain/ledger.ts';
import type { Revenue } from '../domain/revenue.ts';
import type { MrrOfSubscription, Totals } from '../domain/revenue-report.ts';
import type { Service } from '../domain/supply.ts';
import { accountId } from './accounts.ts';
import { firstIdAt } from './ledger-chain.ts';

export type Range = { readonly start: Date; readonly end: Date };

export type RevenueRepository = {
  /** What was earned from `start` up to but not including `end`, by day and what it was earned with, oldest first. */
  earned(range: Range): Promise<readonly Revenue[]>;
  /** What moved on an account of the platform, by the kind of journal: debits less credits. */
  moved(account: PlatformAccountCode, range: Range): Promise<ReadonlyMap<JournalKind, number>>;
  /** All wallets together, as they stand now. */
  wallets(): Promise<Totals>;
  /** Subscriptions with a paid period at the start or the end of a range, with the monthly price of their plan then. */
  mrr(range: Range): Promise<readonly MrrOfSubscription[]>;
};

/** A journal's id begins with the time at which it was made; its own time was read up to a few lock waits before. */
const slackMs = 3_600_000;

/** Reads for reports: plain consistent reads of what was committed, which lock nothing and may run on a replica. */
export function createRevenueRepository(tx: Transaction): RevenueRepository {
  const ofAccounts = 'FROM entry e JOIN journal j ON j.id = e.journal_id WHERE e.account_id IN (?)';
  const inRange = 'e.journal_id >= ? AND e.journal_id < ? AND j.created_at >= ? AND j.created_at < ?';
  const valuesOf = ({ start, end }: Range) => [
    firstIdAt(new Date(start.getTime() - slackMs)),
    firstIdAt(new Date(end.getTime() + slackMs)),
    start,
    end,
  ];
  return {
    async earned(range) {
      const accounts = [accountId({ code: 'CAMPAIGN_REVENUE' }), accountId({ code: 'SUBSCRIPTION_REVENUE' })];
      const rows: RevenueRow[] = await tx.query(
        `SELECT DATE_FORMAT(j.created_at + INTERVAL 330 MINUTE, '%Y-%m-%d') AS day, e.sold, e.channel, e.state,
                SUM(e.credit_paise - e.debit_paise) AS amount
           ${ofAccounts} AND ${inRange} GROUP BY day, e.sold, e.channel, e.state ORDER BY day`,
        [accounts, ...valuesOf(range)],
      );
      return rows.map(({ day, sold, channel, state, amount }) => ({
        day,
        sold,
        channel: channel ?? undefined,
        state,
        amount: paise(Number(amount)),
      }));
    },
    async moved(code, range) {
      const rows: { kind: JournalKind; amount: string }[] = await tx.query(
        `SELECT j.kind, SUM(e.debit_paise - e.credit_paise) AS amount ${ofAccounts} AND ${inRange} GROUP BY j.kind`,
        [[accountId({ code })], ...valuesOf(range)],
      );
      return new Map(rows.map(({ kind, amount }) => [kind, Number(amount)]));
    },
    async wallets() {
      const [row]: Record<keyof Totals, string | null>[] = await tx.query(
        `SELECT SUM(posted_cash_paise) AS cash, SUM(posted_promo_paise) AS promo,
                SUM(held_cash_paise) AS heldCash, SUM(held_promo_paise) AS heldPromo FROM wallet`,
      );
      const sum = (name: keyof Totals) => paise(Number(row?.[name] ?? 0));
      return { cash: sum('cash'), promo: sum('promo'), heldCash: sum('heldCash'), heldPromo: sum('heldPromo') };
    },
    async mrr({ start, end }) {
      // An upgrade is a second bill of its period, and always the dearer one.
      const at = 'MAX(IF(period_start < ? AND period_end >= ? AND created_at < ?, price, 0))';
      const rows: { before: string; after: string }[] = await tx.query(
        `SELECT ${at} AS \`before\`, ${at} AS \`after\`
           FROM (SELECT subscription_id, period_start, period_end, created_at,
                        CAST(JSON_EXTRACT(plan, '$.price') AS SIGNED) AS price
                   FROM subscription_bill
                  WHERE kind IN ('renewal', 'upgrade') AND charge_state = 'charged' AND active = 1
                    AND period_end >= ? AND period_start < ?) b
          GROUP BY subscription_id`,
        [start, start, start, end, end, end, start, end],
      );
      return rows.map(({ before, after }) => ({ before: paise(Number(before)), after: paise(Number(after)) }));
    },
  };
}

type RevenueRow = {
  readonly day: string;
  readonly sold: Service;
  readonly channel: string | null;
  readonly state: StateCode;
  readonly amount: string;
};
