import type { Transaction } from './transaction.ts';

/** The table of `append` and the relay; part of the first migration of a service that tells others what happened. */
export const outboxTable = `
  CREATE TABLE outbox (
    id              BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    topic           VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    ordering_key    VARCHAR(160) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    payload         LONGTEXT CHARACTER SET utf8mb4 NOT NULL,
    created_at      DATETIME(3) NOT NULL,
    attempts        INT UNSIGNED NOT NULL DEFAULT 0,
    next_attempt_at DATETIME(3) NOT NULL,
    delivered_at    DATETIME(3) NULL,
    KEY ix_outbox_pending (delivered_at, id),
    KEY ix_outbox_key (ordering_key, delivered_at, id)
  ) ENGINE = InnoDB`;

export type OutboxMessage = {
  /** Rises with every message of a database; with the topic it names the message to a receiver that drops repeats. */
  readonly id: string;
  readonly topic: string;
  readonly key: string;
  readonly payload: unknown;
};

/**
 * Says what happened, in the transaction in which it happened: both are kept or neither is. Messages of one `key` are
 * delivered in the order of their transactions as long as those lock a row in common, usually the key's own row.
 */
export async function append(
  tx: Transaction,
  { topic, key, payload }: { readonly topic: string; readonly key: string; readonly payload: unknown },
): Promise<void> {
  const now = new Date();
  await tx.query(
    'INSERT INTO outbox (topic, ordering_key, payload, created_at, next_attempt_at) VALUES (?, ?, ?, ?, ?)',
    [topic, key, JSON.stringify(payload), now, now],
  );
}
