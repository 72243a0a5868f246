import { idToBytes, type Transaction } from '@doffers/database';
import { paise } from '@doffers/money';
import type { JournalKind } from '../domain/ledger.ts';
import type { Balance, Movement } from '../domain/statement.ts';

export type StatementRepository = {
  /** What had been moved in a shop's wallet before an instant. */
  balanceAt(shopId: string, at: Date): Promise<Balance>;
  /** What was moved from `start` up to but not including `end`, oldest first. */
  movements(shopId: string, range: { readonly start: Date; readonly end: Date }): Promise<readonly Movement[]>;
};

/** Both accounts of a kind together, so that setting aside and giving back cancel out. */
const sums = `
  SUM(IF(a.code IN ('WALLET_CASH', 'WALLET_HELD_CASH'), e.credit_paise - e.debit_paise, 0)) AS cash,
  SUM(IF(a.code IN ('WALLET_PROMO', 'WALLET_HELD_PROMO'), e.credit_paise - e.debit_paise, 0)) AS promo`;
const ofTheWallet = `
  FROM ledger_account a JOIN entry e ON e.account_id = a.id JOIN journal j ON j.id = e.journal_id
 WHERE a.owner_id = ? AND a.code IN ('WALLET_CASH', 'WALLET_HELD_CASH', 'WALLET_PROMO', 'WALLET_HELD_PROMO')`;

export function createStatementRepository(tx: Transaction): StatementRepository {
  return {
    async balanceAt(shopId, at) {
      const [row]: Sums[] = await tx.query(`SELECT ${sums} ${ofTheWallet} AND j.created_at < ?`, [
        idToBytes(shopId),
        at,
      ]);
      return balanceOf(row);
    },
    async movements(shopId, { start, end }) {
      const rows: (Sums & { created_at: Date; kind: JournalKind; reference: string })[] = await tx.query(
        `SELECT j.created_at, j.kind, j.reference, ${sums} ${ofTheWallet} AND j.created_at >= ? AND j.created_at < ?
          GROUP BY j.id, j.created_at, j.kind, j.reference HAVING cash <> 0 OR promo <> 0 ORDER BY j.created_at, j.id`,
        [idToBytes(shopId), start, end],
      );
      return rows.map((row) => ({
        at: row.created_at,
        kind: row.kind,
        reference: row.reference,
        ...balanceOf(row),
      }));
    },
  };
}

type Sums = { readonly cash: string | null; readonly promo: string | null };

const balanceOf = (row: Sums | undefined): Balance => ({
  cash: paise(Number(row?.cash ?? 0)),
  promo: paise(Number(row?.promo ?? 0)),
});
