import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { anyPack, anyUnpack } from '@bufbuild/protobuf/wkt';
import { DomainError, type DomainErrorCode, type FieldViolation } from '@doffers/errors';
import { BadRequestSchema, ErrorInfoSchema } from '@doffers/proto/google/rpc/error_details';
import { StatusSchema } from '@doffers/proto/google/rpc/status';
import { Metadata, type ServiceError, status } from '@grpc/grpc-js';
import { keys, textOf } from './metadata.ts';
import { toBuffer } from './service-definition.ts';

const domain = 'doffers.in';

/** In `grpc-retry-pushback-ms` a negative number asks callers not to repeat the call (gRPC's retry design, A6). */
export const neverRetry = '-1';

const statusOf: Readonly<Record<DomainErrorCode, status>> = {
  cancelled: status.CANCELLED,
  invalid_argument: status.INVALID_ARGUMENT,
  deadline_exceeded: status.DEADLINE_EXCEEDED,
  not_found: status.NOT_FOUND,
  already_exists: status.ALREADY_EXISTS,
  permission_denied: status.PERMISSION_DENIED,
  resource_exhausted: status.RESOURCE_EXHAUSTED,
  failed_precondition: status.FAILED_PRECONDITION,
  aborted: status.ABORTED,
  out_of_range: status.OUT_OF_RANGE,
  unimplemented: status.UNIMPLEMENTED,
  unavailable: status.UNAVAILABLE,
  unauthenticated: status.UNAUTHENTICATED,
};

const codeOf = new Map(Object.entries(statusOf).map(([code, value]) => [value, code as DomainErrorCode]));

/** The code of a refusal that travels as this gRPC status; none for OK and for the statuses of bugs. */
export function domainCodeOf(value: number): DomainErrorCode | undefined {
  return codeOf.get(value);
}

/** A status as grpc-js sends it. */
export type WireStatus = { readonly code: status; readonly details: string; readonly metadata: Metadata };

/**
 * The one place where an exception becomes a gRPC status. A refusal travels whole; of anything else only the request
 * id goes out, so that support can find the log line while the text stays inside.
 */
export function toStatus(error: unknown, requestId: string): WireStatus {
  if (!(error instanceof DomainError)) {
    return wireStatus(status.INTERNAL, 'internal error', { reason: 'INTERNAL', info: { requestId }, fields: [] });
  }
  const answer = wireStatus(statusOf[error.code], error.message, error);
  if (error.retryAfterSeconds !== undefined) {
    answer.metadata.set(keys.retryAfter, String(Math.ceil(error.retryAfterSeconds)));
  }
  if (error.code === 'unauthenticated') answer.metadata.set(keys.wwwAuthenticate, 'Bearer'); // HTTP asks for it with 401
  return answer;
}

type Details = {
  readonly reason: string;
  readonly info: Readonly<Record<string, string>>;
  readonly fields: readonly FieldViolation[];
};

function wireStatus(code: status, text: string, { reason, info, fields }: Details): WireStatus {
  const message = text.toWellFormed(); // grpc-js percent-encodes it, which throws on half a surrogate pair
  const details = [anyPack(ErrorInfoSchema, create(ErrorInfoSchema, { reason, domain, metadata: { ...info } }))];
  if (fields.length > 0) {
    details.push(anyPack(BadRequestSchema, create(BadRequestSchema, { fieldViolations: [...fields] })));
  }
  const metadata = new Metadata();
  metadata.set(keys.statusDetails, toBuffer(toBinary(StatusSchema, create(StatusSchema, { code, message, details }))));
  return { code, details: message, metadata };
}

/** The status name an exception is answered with, as metrics label it. */
export function statusNameOf(error: unknown): string {
  return status[error instanceof DomainError ? statusOf[error.code] : status.INTERNAL];
}

/** A fault on our side of a call: a bug in the service called, or in how we call it. Answered as INTERNAL, logged. */
export class UpstreamError extends Error {
  override readonly name = 'UpstreamError';
}

/** Refusals that say that the calling process is set up wrongly; to a person they would be misleading. */
const ourFault: ReadonlySet<string> = new Set(['SERVICE_TOKEN_INVALID', 'SERVICE_TOKEN_EXPIRED', 'INTERNAL_ONLY']);

const unreachable = [
  'unavailable',
  'SERVICE_UNAVAILABLE',
  'this is not available right now; try again in a moment',
] as const;

/** Statuses that grpc-js or a proxy made, since no handler answered. */
const withoutDetails: Partial<Record<DomainErrorCode, readonly [DomainErrorCode, string, string]>> = {
  unavailable: unreachable,
  // Nobody here cancelled: the server was stopped in the middle of the call.
  cancelled: unreachable,
  deadline_exceeded: ['deadline_exceeded', 'DEADLINE_EXCEEDED', 'this took too long; try again'],
};

/** Errors that came from another service, and whether the call that failed with them may be repeated. */
const received = new WeakMap<object, { readonly repeatable: boolean }>();

/** Whether an error is passed on rather than our own: the calls behind it have been repeated already. */
export function isPassedOn(error: unknown): boolean {
  return typeof error === 'object' && error !== null && received.has(error);
}

/** Whether a call failed because its service could not be reached or asked for patience. */
export function isRepeatable(error: unknown): error is DomainError {
  return error instanceof DomainError && received.get(error)?.repeatable === true;
}

/**
 * Turns a failed call's status back into what the other side threw. Statuses that no use case answers with (INTERNAL,
 * UNKNOWN, DATA_LOSS, and refusals that blame the calling process) become `UpstreamError`.
 */
export function fromServiceError(error: ServiceError, rpc: string): Error {
  const translated = translate(error, rpc);
  const unavailable = translated instanceof DomainError && translated.code === 'unavailable';
  received.set(translated, { repeatable: unavailable && textOf(error.metadata, keys.retryPushback) !== neverRetry });
  return translated;
}

function translate(error: ServiceError, rpc: string): Error {
  const code = codeOf.get(error.code);
  const parsed = parseDetails(error.metadata);
  if (code === undefined || (parsed !== undefined && ourFault.has(parsed.reason))) {
    return new UpstreamError(`${rpc}: ${status[error.code]} ${parsed?.reason ?? ''} ${error.details}`, {
      cause: error,
    });
  }
  const retryAfter = Number(textOf(error.metadata, keys.retryAfter));
  const told = retryAfter > 0 ? { retryAfterSeconds: retryAfter } : {};
  if (parsed !== undefined) {
    const { reason, info, fields } = parsed;
    return new DomainError(code, reason, error.details, { info, fields, ...told });
  }
  const known = withoutDetails[code];
  if (known === undefined) return new UpstreamError(`${rpc}: ${status[error.code]} ${error.details}`, { cause: error });
  return new DomainError(...known, { cause: error, info: { rpc }, ...told });
}

function parseDetails(metadata: Metadata): Details | undefined {
  const bytes = metadata.get(keys.statusDetails)[0];
  if (bytes === undefined || typeof bytes === 'string') return undefined;
  try {
    const { details } = fromBinary(StatusSchema, bytes);
    const info = details.map((any) => anyUnpack(any, ErrorInfoSchema)).find((unpacked) => unpacked !== undefined);
    if (info === undefined) return undefined;
    const fields = details.flatMap((any) => anyUnpack(any, BadRequestSchema)?.fieldViolations ?? []);
    return {
      reason: info.reason,
      info: info.metadata,
      fields: fields.map(({ field, description, reason }) => ({ field, description, reason })),
    };
  } catch {
    return undefined; // not a google.rpc.Status: whoever wrote it is not one of ours
  }
}
