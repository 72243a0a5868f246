import { idFromBytes, idToBytes, type Transaction } from '@doffers/database';
import type { Notice } from '../domain/notice.ts';

export type NoticeRepository = {
  /**
   * Takes a key for a notice, and answers the notice that has the key then: `notice` itself, or an earlier one. The row
   * is locked until the transaction ends, so what sends and what withdraws one notice take turns.
   */
  claim(key: string, notice: Notice, at: Date): Promise<Notice>;
  /** Makes a notice a tombstone. */
  void(id: string, at: Date): Promise<void>;
};

export function createNoticeRepository(tx: Transaction): NoticeRepository {
  return {
    async claim(key, { id, sent, voidedAt }, at) {
      // An update of nothing takes the exclusive lock at once. A refused INSERT would share it, and two callers who
      // share it and both want more would deadlock.
      await tx.query(
        `INSERT INTO notice (id, idempotency_key, user_id, request_hash, created_at, voided_at) VALUES (?)
           ON DUPLICATE KEY UPDATE idempotency_key = idempotency_key`,
        [[idToBytes(id), key, sent ? idToBytes(sent.userId) : null, sent?.requestHash ?? null, at, voidedAt ?? null]],
      );
      const [row] = await tx.query(
        'SELECT id, user_id, request_hash, voided_at FROM notice WHERE idempotency_key = ?',
        [key],
      );
      return toNotice(row);
    },
    async void(id, at) {
      await tx.query('UPDATE notice SET voided_at = ? WHERE id = ?', [at, idToBytes(id)]);
    },
  };
}

type Row = {
  readonly id: Buffer;
  readonly user_id: Buffer | null;
  readonly request_hash: Buffer | null;
  readonly voided_at: Date | null;
};

function toNotice({ id, user_id, request_hash, voided_at }: Row): Notice {
  const sent = user_id && request_hash ? { userId: idFromBytes(user_id), requestHash: request_hash } : undefined;
  return { id: idFromBytes(id), sent, voidedAt: voided_at ?? undefined };
}
