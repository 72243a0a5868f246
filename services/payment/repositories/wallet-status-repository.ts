import { idFromBytes, idToBytes, type Transaction } from '@doffers/database';
import type { StatusChange, StatusDeed } from '../domain/wallet-status.ts';

export type WalletStatusRepository = {
  /** Sets or takes a mark of a wallet and notes who did it and why; answers false when it stood so already. */
  apply(change: StatusChange): Promise<boolean>;
  /** What was done to a wallet's status, newest first, behind the change where the page before ended. */
  list(query: {
    readonly shopId: string;
    readonly limit: number;
    readonly after: { readonly at: Date; readonly id: string } | undefined;
  }): Promise<readonly StatusChange[]>;
};

const marks: Readonly<Record<StatusDeed, { readonly column: 'frozen' | 'parked'; readonly set: 0 | 1 }>> = {
  freeze: { column: 'frozen', set: 1 },
  unfreeze: { column: 'frozen', set: 0 },
  park: { column: 'parked', set: 1 },
  unpark: { column: 'parked', set: 0 },
};

export function createWalletStatusRepository(tx: Transaction): WalletStatusRepository {
  return {
    async apply({ id, shopId, deed, reason, actorId, createdAt }) {
      const { column, set } = marks[deed];
      const { affectedRows } = await tx.query(
        `UPDATE wallet SET ${column} = ?, updated_at = ? WHERE shop_id = ? AND ${column} <> ?`,
        [set, createdAt, idToBytes(shopId), set],
      );
      if (affectedRows === 0) return false;
      await tx.query(
        `INSERT INTO wallet_status_change (id, shop_id, deed, reason, actor_id, created_at) VALUES (?, ?, ?, ?, ?, ?)`,
        [idToBytes(id), idToBytes(shopId), deed, reason, actorId === undefined ? null : idToBytes(actorId), createdAt],
      );
      return true;
    },
    async list({ shopId, limit, after }) {
      const behind = after && 'AND (created_at < ? OR (created_at = ? AND id < ?))';
      const rows: StatusRow[] = await tx.query(
        `SELECT id, deed, reason, actor_id, created_at FROM wallet_status_change
          WHERE shop_id = ? ${behind ?? ''} ORDER BY created_at DESC, id DESC LIMIT ?`,
        [idToBytes(shopId), ...(after ? [after.at, after.at, idToBytes(after.id)] : []), limit],
      );
      return rows.map(({ id, deed, reason, actor_id, created_at }) => ({
        id: idFromBytes(id),
        shopId,
        deed,
        reason,
        actorId: actor_id === null ? undefined : idFromBytes(actor_id),
        createdAt: created_at,
      }));
    },
  };
}

type StatusRow = {
  readonly id: Buffer;
  readonly deed: StatusDeed;
  readonly reason: string;
  readonly actor_id: Buffer | null;
  readonly created_at: Date;
};
