import { DomainError, type DomainErrorCode } from '@doffers/errors';
import { redactText } from '@doffers/process';
import { ApplicationFailure, ApplicationFailureCategory, TemporalFailure } from '@temporalio/common';
import type { RefusalDetails } from '../contracts/refusal.ts';

/** What may be otherwise when the same call is made again later. Everything else was refused for good. */
const passing: ReadonlySet<DomainErrorCode> = new Set([
  'aborted',
  'cancelled',
  'deadline_exceeded',
  'resource_exhausted',
  'unavailable',
]);

/**
 * The one place where an error becomes what a workflow sees. A refusal keeps its reason as the failure's type; refusals
 * for good are not retried; "come back in n seconds" is obeyed. Errors that are bugs are retried, since a fixed worker
 * can still finish the work. Texts are redacted and causes left out: a failure stays in the history for ever.
 */
export function toFailure(error: unknown): Error {
  if (error instanceof TemporalFailure) return error;
  if (error instanceof DomainError) return fromDomainError(error);
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  return ApplicationFailure.create({ message: redactText(message), type: name });
}

/** Whether the same call may succeed when it is made again later. */
export function isPassing({ code }: DomainError): boolean {
  return passing.has(code);
}

function fromDomainError(error: DomainError): ApplicationFailure {
  const { code, reason, message, info, retryAfterSeconds } = error;
  return ApplicationFailure.create({
    message: redactText(message),
    type: reason,
    nonRetryable: !isPassing(error),
    details: [{ code, info } satisfies RefusalDetails],
    ...(retryAfterSeconds === undefined ? {} : { nextRetryDelay: retryAfterSeconds * 1_000 }),
    // Being asked for patience is the everyday life of a sender, no error to alarm anybody.
    ...(code === 'resource_exhausted' ? { category: ApplicationFailureCategory.BENIGN } : {}),
  });
}
