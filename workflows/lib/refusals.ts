import { ApplicationFailure } from '@temporalio/common';
import type { RefusalDetails } from '../contracts/refusal.ts';

/**
 * A refusal by the workflow itself, such as an update in the wrong phase. Callers get it as the `DomainError` it
 * describes, so `message` is fit to show to a person.
 */
export function refusal(code: RefusalDetails['code'], reason: string, message: string): ApplicationFailure {
  return ApplicationFailure.create({
    message,
    type: reason,
    nonRetryable: true,
    details: [{ code } satisfies RefusalDetails],
  });
}

/** Why an activity or a child workflow failed: the reason of the refusal below it, if there was one. */
export function reasonOf(error: unknown): string | undefined {
  for (let at = error; at instanceof Error; at = at.cause) {
    if (at instanceof ApplicationFailure) return at.type ?? undefined;
  }
  return undefined;
}
