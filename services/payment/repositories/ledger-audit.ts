import { idFromBytes, idToBytes, type Transaction } from '@doffers/database';

/** A figure of the books that does not agree with another one. */
export type Drift = {
  readonly subject: string;
  readonly shopId: string;
  readonly what: string;
  readonly found: string;
  readonly expected: string;
};

export type LedgerAudit = {
  /** Debits less credits of the whole ledger, in paise. */
  imbalance(): Promise<bigint>;
  /** Ids of journals whose sides differ, or that have no entries; of all journals, or from one id to another one. */
  unbalanced(range?: { readonly from: string; readonly to: string }): Promise<readonly string[]>;
  /** Where wallets, all or some, differ from their entries, from their open holds, or from what is left of their lots. */
  drifts(shopIds?: readonly string[]): Promise<readonly Drift[]>;
  /** Where what is left of a lot differs from its amount less what was taken of it. */
  lotDrifts(shopIds?: readonly string[]): Promise<readonly Drift[]>;
  /** Journals that nobody has sealed: at most 100 of those older than `before`, or all from one id to another one. */
  unsealed(
    range: { readonly before: Buffer } | { readonly from: string; readonly to: string },
  ): Promise<readonly string[]>;
};

/** Compares the books with themselves; reads only. */
export function createLedgerAudit(tx: Transaction): LedgerAudit {
  return {
    async imbalance() {
      const [{ imbalance }] = await tx.query(
        'SELECT COALESCE(SUM(debit_paise), 0) - COALESCE(SUM(credit_paise), 0) AS imbalance FROM entry',
      );
      return BigInt(imbalance);
    },
    async unbalanced(range) {
      const rows: { id: Buffer }[] = await tx.query(
        `SELECT j.id FROM journal j LEFT JOIN entry e ON e.journal_id = j.id
          ${range ? 'WHERE j.id BETWEEN ? AND ?' : ''}
          GROUP BY j.id HAVING COALESCE(SUM(e.debit_paise), 0) <> COALESCE(SUM(e.credit_paise), 0) OR COUNT(e.line_no) < 2`,
        range ? [idToBytes(range.from), idToBytes(range.to)] : [],
      );
      return rows.map(({ id }) => idFromBytes(id));
    },
    async drifts(shopIds) {
      const { of, values } = only(shopIds);
      const rows: WalletRow[] = await tx.query(wallets(of), [values, values, values, values].flat());
      return rows.flatMap(driftsOf);
    },
    async lotDrifts(shopIds) {
      const { of, values } = only(shopIds);
      const rows: { id: Buffer; shop_id: Buffer; remaining: string; expected: string }[] = await tx.query(
        `SELECT l.id, l.shop_id, l.remaining_paise AS remaining,
                l.amount_paise - COALESCE(SUM(c.amount_paise), 0) AS expected
           FROM credit_lot l LEFT JOIN lot_consumption c ON c.lot_id = l.id
          WHERE ${of('l.shop_id')}
          GROUP BY l.id, l.shop_id, l.remaining_paise, l.amount_paise HAVING remaining <> expected`,
        values,
      );
      return rows.map(({ id, shop_id, remaining, expected }) => ({
        subject: `lot ${idFromBytes(id)}`,
        shopId: idFromBytes(shop_id),
        what: 'remaining',
        found: String(remaining),
        expected: String(expected),
      }));
    },
    async unsealed(range) {
      const [which, values] =
        'before' in range
          ? ['j.id < ? AND s.journal_id IS NULL ORDER BY j.id LIMIT 100', [range.before]]
          : ['j.id BETWEEN ? AND ? AND s.journal_id IS NULL', [idToBytes(range.from), idToBytes(range.to)]];
      const rows: { id: Buffer }[] = await tx.query(
        `SELECT j.id FROM journal j LEFT JOIN journal_seal s ON s.journal_id = j.id WHERE ${which}`,
        values,
      );
      return rows.map(({ id }) => idFromBytes(id));
    },
  };
}

/** Which shops are looked at. The condition stands in every part of a query: none sums what is not asked for. */
function only(shopIds: readonly string[] | undefined) {
  if (shopIds === undefined) return { of: () => '1 = 1', values: [] };
  return { of: (column: string) => `${column} IN (?)`, values: [shopIds.map(idToBytes)] };
}

/** What each wallet says, and what its entries, its holds and its lots say, side by side. */
const wallets = (of: (column: string) => string) => `
  SELECT w.shop_id, w.posted_cash_paise, w.posted_promo_paise, w.held_cash_paise, w.held_promo_paise,
         COALESCE(l.posted_cash, 0) AS ledger_posted_cash, COALESCE(l.posted_promo, 0) AS ledger_posted_promo,
         COALESCE(l.held_cash, 0) AS ledger_held_cash, COALESCE(l.held_promo, 0) AS ledger_held_promo,
         COALESCE(h.cash, 0) AS holds_cash, COALESCE(h.promo, 0) AS holds_promo,
         COALESCE(c.paid, 0) AS lots_paid, COALESCE(c.promo, 0) AS lots_promo
    FROM wallet w
    LEFT JOIN (
      SELECT a.owner_id,
             SUM(IF(a.code IN ('WALLET_CASH', 'WALLET_HELD_CASH'), e.credit_paise - e.debit_paise, 0)) AS posted_cash,
             SUM(IF(a.code IN ('WALLET_PROMO', 'WALLET_HELD_PROMO'), e.credit_paise - e.debit_paise, 0)) AS posted_promo,
             SUM(IF(a.code = 'WALLET_HELD_CASH', e.credit_paise - e.debit_paise, 0)) AS held_cash,
             SUM(IF(a.code = 'WALLET_HELD_PROMO', e.credit_paise - e.debit_paise, 0)) AS held_promo
        FROM ledger_account a JOIN entry e ON e.account_id = a.id
       WHERE a.owner_type = 'shop' AND ${of('a.owner_id')} GROUP BY a.owner_id) l ON l.owner_id = w.shop_id
    LEFT JOIN (
      SELECT shop_id, SUM(amount_cash_paise - captured_cash_paise - released_cash_paise) AS cash,
             SUM(amount_promo_paise - captured_promo_paise - released_promo_paise) AS promo
        FROM hold WHERE ${of('shop_id')} GROUP BY shop_id) h ON h.shop_id = w.shop_id
    LEFT JOIN (
      SELECT shop_id, SUM(IF(kind = 'paid', remaining_paise, 0)) AS paid, SUM(IF(kind = 'promo', remaining_paise, 0)) AS promo
        FROM credit_lot WHERE ${of('shop_id')} GROUP BY shop_id) c ON c.shop_id = w.shop_id
   WHERE ${of('w.shop_id')}`;

type WalletRow = Readonly<Record<string, string>> & { readonly shop_id: Buffer };

/** Which figure of a wallet must be which other one. */
const pairs = [
  ['posted_cash_paise', 'ledger_posted_cash'],
  ['posted_promo_paise', 'ledger_posted_promo'],
  ['held_cash_paise', 'ledger_held_cash'],
  ['held_promo_paise', 'ledger_held_promo'],
  ['held_cash_paise', 'holds_cash'],
  ['held_promo_paise', 'holds_promo'],
  ['posted_cash_paise', 'lots_paid'],
  ['posted_promo_paise', 'lots_promo'],
] as const;

function driftsOf(row: WalletRow): Drift[] {
  const shopId = idFromBytes(row.shop_id);
  return pairs.flatMap(([wallet, other]) => {
    const [found, expected] = [String(row[wallet]), String(row[other])];
    if (BigInt(found) === BigInt(expected)) return [];
    return [{ subject: `wallet of shop ${shopId}`, shopId, what: `${wallet} and ${other}`, found, expected }];
  });
}
