import { isDuplicateKey, type Transaction } from '@doffers/database';
import { type OwnReceipt, statusRank } from '../domain/receipt.ts';

export type ReceiptRepository = {
  /** Keeps receipts, each status of a message once, and answers those that are new. */
  add(receipts: readonly OwnReceipt[], receivedAt: Date): Promise<readonly OwnReceipt[]>;
};

export function createReceiptRepository(tx: Transaction): ReceiptRepository {
  return {
    async add(receipts, receivedAt) {
      const distinct = new Map(receipts.map((receipt) => [keyOf(receipt), receipt]));
      let fresh: readonly OwnReceipt[] = [...distinct.values()];
      while (fresh.length > 0) {
        try {
          await insert(tx, fresh, receivedAt);
          return fresh;
        } catch (error) {
          if (!isDuplicateKey(error)) throw error;
        }
        // Providers repeat themselves now and then: only then is it asked what is known.
        const known = await knownOf(tx, fresh);
        fresh = fresh.filter((receipt) => !known.has(keyOf(receipt)));
      }
      return fresh;
    },
  };
}

async function insert(tx: Transaction, receipts: readonly OwnReceipt[], receivedAt: Date): Promise<void> {
  await tx.query(
    'INSERT INTO receipt (wamid, status_rank, delivery_id, error_code, occurred_at, received_at) VALUES ?',
    [receipts.map((receipt) => toRow(receipt, receivedAt))],
  );
}

async function knownOf(tx: Transaction, receipts: readonly OwnReceipt[]): Promise<ReadonlySet<string>> {
  const rows: { wamid: string; status_rank: number }[] = await tx.query(
    'SELECT wamid, status_rank FROM receipt WHERE (delivery_id, status_rank, wamid) IN (?) LOCK IN SHARE MODE',
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
