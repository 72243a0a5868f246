import type { Transaction } from '@doffers/database';
import { type OwnReceipt, statusRank } from '../domain/receipt.ts';

export type ReceiptRepository = {
  /** Keeps receipts, each status of a message once, and answers those that are new. */
  add(receipts: readonly OwnReceipt[], receivedAt: Date): Promise<readonly OwnReceipt[]>;
};

export function createReceiptRepository(tx: Transaction): ReceiptRepository {
  return {
    async add(receipts, receivedAt) {
      const distinct = new Map(receipts.map((receipt) => [keyOf(receipt), receipt]));
      if (distinct.size === 0) return [];
      const known = await knownOf(tx, [...distinct.values()]);
      const fresh = [...distinct.values()].filter((receipt) => !known.has(keyOf(receipt)));
      if (fresh.length === 0) return [];
      // Still a no-op for those that another process adds between the two statements.
      await tx.query(
        `INSERT INTO receipt (wamid, status_rank, delivery_id, error_code, occurred_at, received_at) VALUES ?
           ON DUPLICATE KEY UPDATE wamid = VALUES(wamid)`,
        [fresh.map((receipt) => toRow(receipt, receivedAt))],
      );
      return fresh;
    },
  };
}

async function knownOf(tx: Transaction, receipts: readonly OwnReceipt[]): Promise<ReadonlySet<string>> {
  const rows: { wamid: string; status_rank: number }[] = await tx.query(
    'SELECT wamid, status_rank FROM receipt WHERE (delivery_id, status_rank, wamid) IN (?)',
    [receipts.map(({ deliveryId, wamid, status }) => [deliveryId, statusRank[status], wamid])],
  );
  return new Set(rows.map(({ wamid, status_rank }) => `${status_rank}/${wamid}`));
}

const toRow = ({ wamid, status, deliveryId, errorCode, occurredAt }: OwnReceipt, receivedAt: Date) => [
  wamid,
  statusRank[status],
  deliveryId,
  errorCode ?? null,
  occurredAt,
  receivedAt,
];

const keyOf = ({ wamid, status }: OwnReceipt) => `${statusRank[status]}/${wamid}`;
