import { idToBytes, type Transaction } from '@doffers/database';
import { paise } from '@doffers/money';
import { type Hold, isPlaced } from '../domain/hold.ts';
import { fromRow, HoldEntity } from './hold-entity.ts';

export type ClosedHolds = {
  /** Holds that are closed and not compared yet, by id. */
  list(query: { readonly after: string | undefined; readonly limit: number }): Promise<readonly Hold[]>;
  /** When money of a hold moved last; undefined when none ever did. */
  lastMovedAt(key: string): Promise<Date | undefined>;
  /** What was captured of all holds that the invoice of a month is for. */
  capturedOn(invoiceId: string): Promise<Hold['captured']>;
  /** Remembers that a closed hold agrees with everything, so that it is not compared again. */
  markReconciled(id: string): Promise<void>;
};

/** Holds as reconciliation goes through them. */
export function createClosedHolds(tx: Transaction): ClosedHolds {
  return {
    async list({ after, limit }) {
      const rows = await tx
        .getRepository(HoldEntity)
        .createQueryBuilder('hold')
        .where("hold.state IN ('settled', 'expired', 'reversed') AND hold.reconciled = 0")
        .andWhere('hold.id > :after', { after: after === undefined ? Buffer.alloc(16) : idToBytes(after) })
        .orderBy('hold.id')
        .limit(limit)
        .getMany();
      return rows.map(fromRow).filter(isPlaced);
    },
    async lastMovedAt(key) {
      const [row] = await tx.query('SELECT MAX(created_at) AS at FROM journal WHERE reference = ?', [key]);
      return row?.at ?? undefined;
    },
    async capturedOn(invoiceId) {
      const [row] = await tx.query(
        `SELECT COALESCE(SUM(h.captured_cash_paise), 0) AS cash, COALESCE(SUM(h.captured_promo_paise), 0) AS promo
           FROM monthly_hold m JOIN hold h ON h.id = m.hold_id WHERE m.invoice_id = ?`,
        [idToBytes(invoiceId)],
      );
      return { cash: paise(Number(row.cash)), promo: paise(Number(row.promo)) };
    },
    async markReconciled(id) {
      await tx.query('UPDATE hold SET reconciled = 1 WHERE id = ?', [idToBytes(id)]);
    },
  };
}
