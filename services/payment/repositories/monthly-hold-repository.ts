import { idFromBytes, idToBytes, type Transaction } from '@doffers/database';
import type { InvoiceSettings } from '../domain/monthly-invoice.ts';

export type MonthlyHoldRepository = {
  settingsOf(shopId: string): Promise<InvoiceSettings>;
  saveSettings(settings: InvoiceSettings, at: Date): Promise<void>;
  /** Lets a closed hold wait for the invoice of its month; it waits once. */
  add(hold: { readonly id: string; readonly shopId: string }, closedAt: Date): Promise<void>;
  /** How a hold is invoiced with others; undefined when it is not. */
  find(holdId: string): Promise<{ readonly invoiceId: string | undefined } | undefined>;
  /** Shops with holds that wait and were closed before an instant, in the order of their ids. */
  listShops(query: { before: Date; limit: number; after?: string | undefined }): Promise<readonly string[]>;
  listWaiting(shopId: string, before: Date): Promise<readonly { readonly key: string; readonly closedAt: Date }[]>;
  /** Says which invoice the holds are on. Answers how many still waited. */
  bill(holdIds: readonly string[], invoiceId: string): Promise<number>;
  /** A hold that was taken back waits for nothing. */
  drop(holdId: string): Promise<void>;
};

/** Holds that are invoiced together, within one transaction or statement by statement. */
export function createMonthlyHoldRepository(tx: Transaction): MonthlyHoldRepository {
  return {
    async settingsOf(shopId) {
      const [row] = await tx.query('SELECT monthly FROM invoice_settings WHERE shop_id = ?', [idToBytes(shopId)]);
      return { shopId, monthly: Number(row?.monthly ?? 0) === 1 };
    },
    async saveSettings({ shopId, monthly }, at) {
      await tx.query(
        `INSERT INTO invoice_settings (shop_id, monthly, updated_at) VALUES (?, ?, ?)
           ON DUPLICATE KEY UPDATE monthly = ?, updated_at = ?`,
        [idToBytes(shopId), monthly, at, monthly, at],
      );
    },
    async add({ id, shopId }, closedAt) {
      await tx.query('INSERT IGNORE INTO monthly_hold (hold_id, shop_id, closed_at) VALUES (?, ?, ?)', [
        idToBytes(id),
        idToBytes(shopId),
        closedAt,
      ]);
    },
    async find(holdId) {
      const [row] = await tx.query('SELECT invoice_id FROM monthly_hold WHERE hold_id = ?', [idToBytes(holdId)]);
      if (row === undefined) return undefined;
      return { invoiceId: row.invoice_id === null ? undefined : idFromBytes(row.invoice_id) };
    },
    async listShops({ before, limit, after }) {
      const rows: { shop_id: Buffer }[] = await tx.query(
        `SELECT DISTINCT shop_id FROM monthly_hold
          WHERE invoice_id IS NULL AND closed_at < ? AND shop_id > ? ORDER BY shop_id LIMIT ?`,
        [before, after === undefined ? Buffer.alloc(0) : idToBytes(after), limit],
      );
      return rows.map(({ shop_id }) => idFromBytes(shop_id));
    },
    async listWaiting(shopId, before) {
      const rows: { idempotency_key: string; closed_at: Date }[] = await tx.query(
        `SELECT h.idempotency_key, m.closed_at FROM monthly_hold m JOIN hold h ON h.id = m.hold_id
          WHERE m.invoice_id IS NULL AND m.shop_id = ? AND m.closed_at < ? ORDER BY m.hold_id`,
        [idToBytes(shopId), before],
      );
      return rows.map(({ idempotency_key: key, closed_at: closedAt }) => ({ key, closedAt }));
    },
    async bill(holdIds, invoiceId) {
      const { affectedRows } = await tx.query(
        'UPDATE monthly_hold SET invoice_id = ? WHERE invoice_id IS NULL AND hold_id IN (?)',
        [idToBytes(invoiceId), holdIds.map((id) => idToBytes(id))],
      );
      return affectedRows;
    },
    async drop(holdId) {
      await tx.query('DELETE FROM monthly_hold WHERE hold_id = ? AND invoice_id IS NULL', [idToBytes(holdId)]);
    },
  };
}
