import { createHash } from 'node:crypto';
import { DomainError } from '@doffers/errors';
import type { Database } from './database.ts';
import { canonicalText, decodeValue, encodeValue } from './json-values.ts';
import { isDuplicateKey, type Transaction } from './transaction.ts';

/** The table of `once`; part of the first migration of every service that takes commands. */
export const commandTable = `
  CREATE TABLE command (
    scope        VARCHAR(160) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    request_id   VARCHAR(160) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    request_hash BINARY(32) NOT NULL,
    response     LONGTEXT CHARACTER SET utf8mb4 NULL,
    created_at   DATETIME(3) NOT NULL,
    PRIMARY KEY (scope, request_id),
    KEY ix_command_created_at (created_at)
  ) ENGINE = InnoDB`;

export type CommandKey = {
  /** What is commanded and for whom, such as `offer.CreateOffer/<user id>`: request ids of two people never meet. */
  readonly scope: string;
  readonly requestId: string;
  /** `requestHash` of everything the caller asked for. */
  readonly hash: Buffer;
};

/** The full SHA-256 over a request's content, whatever the order of its fields. */
export function requestHash(request: unknown): Buffer {
  return createHash('sha256').update(canonicalText(request)).digest();
}

/**
 * Does a command once: the effect of `work` and its answer are stored in the same transaction, and a repetition gets
 * that answer without running `work`. One that comes while the first is still at work waits for it.
 *
 * A refusal rolls back together with its key, so the same command may succeed later.
 * @throws DomainError IDEMPOTENCY_KEY_REUSED when the same id came with other content.
 */
export async function once<T>(tx: Transaction, key: CommandKey, work: () => Promise<T>): Promise<T> {
  // The key first: its unique index is what makes a concurrent duplicate wait.
  const claimed = await claim(tx, key);
  if (!claimed) return replay<T>(tx, key);
  const response = await work();
  await tx.query('UPDATE command SET response = ? WHERE scope = ? AND request_id = ?', [
    encodeValue(response),
    key.scope,
    key.requestId,
  ]);
  return response;
}

/**
 * What an earlier call under this key answered, if one has committed. For commands that must be checked against what
 * others say before their transaction begins: a repetition is answered whatever they say by now.
 * @throws DomainError IDEMPOTENCY_KEY_REUSED when the same id came with other content.
 */
export async function recall<T>(db: Pick<Transaction, 'query'>, key: CommandKey): Promise<T | undefined> {
  const earlier = await read(db, key);
  return earlier === undefined ? undefined : (decodeValue(earlier) as T);
}

/** Forgets commands older than `before`, at most `limit` of them, and answers how many those were. */
export async function pruneCommands(db: Database, before: Date, limit = 1_000): Promise<number> {
  const { affectedRows } = await db.query('DELETE FROM command WHERE created_at < ? LIMIT ?', [before, limit]);
  return affectedRows;
}

async function claim(tx: Transaction, { scope, requestId, hash }: CommandKey): Promise<boolean> {
  try {
    await tx.query('INSERT INTO command (scope, request_id, request_hash, created_at) VALUES (?, ?, ?, ?)', [
      scope,
      requestId,
      hash,
      new Date(),
    ]);
    return true;
  } catch (error) {
    if (isDuplicateKey(error)) return false;
    throw error;
  }
}

async function replay<T>(tx: Transaction, key: CommandKey): Promise<T> {
  const response = await read(tx, key);
  if (response === undefined)
    throw new Error(`the command ${key.scope} ${key.requestId} was pruned under its repetition`);
  return decodeValue(response) as T;
}

/** The stored answer, as it is encoded. */
async function read(
  db: Pick<Transaction, 'query'>,
  { scope, requestId, hash }: CommandKey,
): Promise<string | undefined> {
  const [earlier] = await db.query('SELECT request_hash, response FROM command WHERE scope = ? AND request_id = ?', [
    scope,
    requestId,
  ]);
  if (earlier !== undefined && !hash.equals(earlier.request_hash)) {
    const message = 'this request id was used before for something else; send a new one';
    throw new DomainError('already_exists', 'IDEMPOTENCY_KEY_REUSED', message);
  }
  return earlier?.response;
}
