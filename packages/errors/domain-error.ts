/** The gRPC status names a use case may answer with; anything else that is thrown is a bug and becomes `internal`. */
export type DomainErrorCode =
  | 'invalid_argument'
  | 'failed_precondition'
  | 'out_of_range'
  | 'unauthenticated'
  | 'permission_denied'
  | 'not_found'
  | 'already_exists'
  | 'aborted'
  | 'resource_exhausted'
  | 'cancelled'
  | 'unavailable'
  | 'deadline_exceeded'
  | 'unimplemented';

/** What is wrong with one field of a request. `field` is the path a client knows, such as `offer.pincodes[1]`. */
export type FieldViolation = { readonly field: string; readonly description: string; readonly reason: string };

export type DomainErrorOptions = {
  readonly cause?: unknown;
  /** Facts a program may need to react, such as the missing amount. Never personal data: they reach the caller and logs. */
  readonly info?: Readonly<Record<string, string>>;
  readonly fields?: readonly FieldViolation[];
  /** When the same call may succeed; becomes the `retry-after` header. */
  readonly retryAfterSeconds?: number;
};

/**
 * A refusal that the caller can act on. `reason` is stable UPPER_SNAKE for programs; `message` is fit to show to a
 * person and says what to do. It crosses every border of the platform unchanged: use case, gRPC, workflow, REST.
 */
export class DomainError extends Error {
  override readonly name = 'DomainError';
  readonly code: DomainErrorCode;
  readonly reason: string;
  readonly info: Readonly<Record<string, string>>;
  readonly fields: readonly FieldViolation[];
  readonly retryAfterSeconds: number | undefined;

  constructor(code: DomainErrorCode, reason: string, message: string, options: DomainErrorOptions = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    this.code = code;
    this.reason = reason;
    this.info = options.info ?? {};
    this.fields = options.fields ?? [];
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}
