import { setTimeout as sleep } from 'node:timers/promises';
import type { DescMethod, Message } from '@bufbuild/protobuf';
import { MethodOptions_IdempotencyLevel } from '@bufbuild/protobuf/wkt';
import type { DomainError } from '@doffers/errors';
import { isRepeatable } from './status.ts';

const attempts = 5;
const firstPauseMs = 50;
const longestPauseMs = 400;

const readVerb = /^(Get|BatchGet|List|Search|Count|Estimate)(?![a-z])/;

/** Whether repeating a call does no harm: reads, and commands that carry the id under which they are done once. */
export function isIdempotent(method: DescMethod, request: Message): boolean {
  if (method.idempotency !== MethodOptions_IdempotencyLevel.IDEMPOTENCY_UNKNOWN || readVerb.test(method.name))
    return true;
  const id: unknown = Reflect.get(request, 'requestId');
  return typeof id === 'string' && id !== '';
}

export type RetryLimits = { readonly deadline: number; readonly signal: AbortSignal | undefined };

/**
 * Repeats a call whose service could not be reached or asked for patience, as long as the deadline allows. What that
 * service only passes on was repeated there; repeating it here would multiply the load of an outage.
 */
export async function withRetries<T>({ deadline, signal }: RetryLimits, call: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await call();
    } catch (error) {
      const pauseMs = isRepeatable(error) ? pauseAfter(attempt, error) : Number.POSITIVE_INFINITY;
      if (attempt === attempts || Date.now() + pauseMs >= deadline) throw error;
      // Woken by an abort, the next call refuses itself and says why.
      await sleep(pauseMs, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
    }
  }
}

/** Doubles from call to call; the jitter keeps callers of a restarted service from coming back in step. */
function pauseAfter(attempt: number, { retryAfterSeconds = 0 }: DomainError): number {
  const ceiling = Math.min(longestPauseMs, firstPauseMs * 2 ** (attempt - 1));
  return retryAfterSeconds * 1_000 + ceiling * (0.5 + Math.random() / 2);
}
