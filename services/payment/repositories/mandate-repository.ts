import { idFromBytes, idToBytes, type Transaction } from '@doffers/database';
import { paise } from '@doffers/money';
import type { ActiveMandate, Mandate } from '../domain/auto-topup.ts';

export type MandateRepository = {
  /** Stores what a top-up asks for, once: answers what is stored. */
  createOnce(mandate: Mandate): Promise<Mandate>;
  /**
   * The top-up was paid, and this is what may be used from now on, or must be deleted when it was taken back meanwhile.
   * Nothing happens when it asked for no mandate.
   */
  confirm(topupId: string, tokenId: string): Promise<void>;
  /** What a shop has agreed to last and not taken back. */
  findActive(shopId: string): Promise<ActiveMandate | undefined>;
  /** Takes back all that a shop has agreed to, also what is not paid yet. */
  revoke(shopId: string, at: Date): Promise<void>;
  /** Mandates that were taken back and may still be known to the gateway; of every shop, unless one is named. */
  listUndeleted(query: { readonly shopId?: string; readonly limit: number }): Promise<readonly ActiveMandate[]>;
  /** The gateway knows the token of a mandate no more. */
  noteDeleted(topupId: string, at: Date): Promise<void>;
};

/** Mandates within one transaction, or statement by statement when `tx` is the database's own manager. */
export function createMandateRepository(tx: Transaction): MandateRepository {
  return {
    async createOnce({ topupId, shopId, customerId, maxAmount, createdAt }) {
      await tx.query(
        `INSERT IGNORE INTO mandate (topup_id, shop_id, customer_id, max_amount_paise, created_at)
          VALUES (?, ?, ?, ?, ?)`,
        [idToBytes(topupId), idToBytes(shopId), customerId, maxAmount, createdAt],
      );
      const [row] = await tx.query('SELECT * FROM mandate WHERE topup_id = ?', [idToBytes(topupId)]);
      return toMandate(row);
    },
    async confirm(topupId, tokenId) {
      await tx.query('UPDATE mandate SET token_id = ? WHERE topup_id = ? AND token_id IS NULL', [
        tokenId,
        idToBytes(topupId),
      ]);
    },
    async findActive(shopId) {
      const [row]: MandateRow[] = await tx.query(
        `SELECT * FROM mandate WHERE shop_id = ? AND token_id IS NOT NULL AND revoked_at IS NULL
          ORDER BY topup_id DESC LIMIT 1`,
        [idToBytes(shopId)],
      );
      return row && withToken(row)[0];
    },
    async revoke(shopId, at) {
      await tx.query('UPDATE mandate SET revoked_at = ? WHERE shop_id = ? AND revoked_at IS NULL', [
        at,
        idToBytes(shopId),
      ]);
    },
    async listUndeleted({ shopId, limit }) {
      const rows: MandateRow[] = await tx.query(
        `SELECT * FROM mandate WHERE token_deleted_at IS NULL AND revoked_at IS NOT NULL AND token_id IS NOT NULL
          ${shopId === undefined ? '' : 'AND shop_id = ?'} ORDER BY revoked_at LIMIT ?`,
        [...(shopId === undefined ? [] : [idToBytes(shopId)]), limit],
      );
      return rows.flatMap(withToken);
    },
    async noteDeleted(topupId, at) {
      await tx.query('UPDATE mandate SET token_deleted_at = ? WHERE topup_id = ? AND token_deleted_at IS NULL', [
        at,
        idToBytes(topupId),
      ]);
    },
  };
}

type MandateRow = {
  readonly topup_id: Buffer;
  readonly shop_id: Buffer;
  readonly customer_id: string;
  readonly token_id: string | null;
  readonly max_amount_paise: string;
  readonly created_at: Date;
};

function withToken(row: MandateRow): ActiveMandate[] {
  const { tokenId, ...mandate } = toMandate(row);
  return tokenId === undefined ? [] : [{ ...mandate, tokenId }];
}

function toMandate(row: MandateRow): Mandate {
  return {
    topupId: idFromBytes(row.topup_id),
    shopId: idFromBytes(row.shop_id),
    customerId: row.customer_id,
    tokenId: row.token_id ?? undefined,
    maxAmount: paise(Number(row.max_amount_paise)),
    createdAt: row.created_at,
  };
}
