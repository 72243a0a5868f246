import { setTimeout as sleep } from 'node:timers/promises';
import { type EntityManager, QueryFailedError } from 'typeorm';
import type { Database } from './database.ts';

/** The connection of one transaction. Everything that must happen together uses it. */
export type Transaction = EntityManager;

const deadlock = 1213;
const lockWaitTimeout = 1205;
const duplicateKey = 1062;
const missingReference = 1452;

/**
 * Runs `work` in one READ COMMITTED transaction. A deadlock or a lock that was waited for too long rolls back and
 * runs `work` again, so `work` must have no effect outside the transaction.
 */
export async function transaction<T>(
  db: Database,
  work: (tx: Transaction) => Promise<T>,
  { retryDeadlocks = 3 }: { retryDeadlocks?: number } = {},
): Promise<T> {
  for (let retriesLeft = retryDeadlocks; ; retriesLeft--) {
    try {
      return await db.transaction(work);
    } catch (error) {
      if (retriesLeft <= 0 || !isLockConflict(error)) throw error;
      // The winner needs a moment; without the jitter two losers meet again.
      await sleep(Math.random() * 20 * (retryDeadlocks - retriesLeft + 1));
    }
  }
}

/** Whether a statement was refused because a row with this key exists; `index` names which of several keys. */
export function isDuplicateKey(error: unknown, index?: string): boolean {
  if (errorNumber(error) !== duplicateKey) return false;
  return index === undefined || (error as Error).message.includes(index);
}

/** Whether a statement was refused because it names a row that does not exist; `constraint` says by which reference. */
export function isMissingReference(error: unknown, constraint: string): boolean {
  return errorNumber(error) === missingReference && (error as Error).message.includes(constraint);
}

/** Whether a transaction lost against another one: it may be run again. */
export function isLockConflict(error: unknown): boolean {
  const number = errorNumber(error);
  return number === deadlock || number === lockWaitTimeout;
}

function errorNumber(error: unknown): number | undefined {
  if (!(error instanceof QueryFailedError)) return undefined;
  return (error.driverError as { errno?: number }).errno;
}

/** Whether the database could not be reached at all, as opposed to having refused a statement. */
export function isUnreachable(error: unknown): boolean {
  const driverError: unknown = error instanceof QueryFailedError ? error.driverError : error;
  // mysql2 marks the errors that end a connection.
  return driverError instanceof Error && 'fatal' in driverError && driverError.fatal === true;
}
