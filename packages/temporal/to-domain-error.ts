import { DomainError } from '@doffers/errors';
import type { RefusalDetails } from '@doffers/workflows/contracts';
import { status } from '@grpc/grpc-js';
import {
  isGrpcServiceError,
  ServiceError,
  WorkflowFailedError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';

/** Statuses of the server that say nothing about the request: it is away, restarting, or too busy. */
const away: ReadonlySet<number> = new Set([
  status.UNAVAILABLE,
  status.DEADLINE_EXCEEDED,
  status.RESOURCE_EXHAUSTED,
  status.CANCELLED,
]);

/**
 * Gives a workflow's refusal back to whoever called the service as the error it was, and a Temporal that cannot be
 * reached as WORKFLOWS_UNAVAILABLE. Anything else is not for the caller and comes back as it is.
 */
export function toDomainError(error: unknown): unknown {
  if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError) return unavailable(error);
  const status = error instanceof ServiceError ? error.cause : error;
  if (isGrpcServiceError(status)) return away.has(status.code) ? unavailable(error) : error;
  if (!(error instanceof WorkflowUpdateFailedError || error instanceof WorkflowFailedError)) return error;
  const failure = applicationFailureIn(error);
  const [details] = (failure?.details ?? []) as Partial<RefusalDetails>[];
  if (failure === undefined || typeof failure.type !== 'string' || details?.code === undefined) return error;
  return new DomainError(details.code, failure.type, failure.message, { cause: error, info: details.info ?? {} });
}

function applicationFailureIn(error: Error): ApplicationFailure | undefined {
  for (let at: unknown = error; at instanceof Error; at = at.cause) if (at instanceof ApplicationFailure) return at;
  return undefined;
}

function unavailable(cause: unknown): DomainError {
  const message = 'this cannot be started right now; try again in a moment';
  return new DomainError('unavailable', 'WORKFLOWS_UNAVAILABLE', message, { cause, retryAfterSeconds: 2 });
}
