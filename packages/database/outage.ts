import { DomainError } from '@doffers/errors';
import { isLockConflict, isUnreachable } from './transaction.ts';

/**
 * The refusal for a failure of the database that is nobody's bug and passes: callers may try again, and do so by
 * themselves where the command has a request id. Any other error comes back as it is.
 */
export function asOutage(error: unknown): unknown {
  const options = { cause: error, retryAfterSeconds: 1 };
  if (isUnreachable(error)) {
    return new DomainError(
      'unavailable',
      'DATABASE_UNAVAILABLE',
      'this is not possible right now; try again in a moment',
      options,
    );
  }
  if (isLockConflict(error)) {
    return new DomainError('aborted', 'CONCURRENT_CHANGE', 'this was changed at the same moment; try again', options);
  }
  if (isQueueFull(error)) {
    return new DomainError(
      'unavailable',
      'OVERLOADED',
      'too many people are doing this right now; try again in a moment',
      options,
    );
  }
  return error;
}

/** mysql2 gives this error neither a code nor a class. */
const isQueueFull = (error: unknown) => error instanceof Error && error.message === 'Queue limit reached.';
