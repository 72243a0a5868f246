import type { DomainErrorCode } from '@doffers/errors';

/**
 * What an `ApplicationFailure` carries beside its type, which is the reason of the `DomainError` it stands for. With it
 * a service can give the refusal of a workflow back to its caller as the error it was.
 */
export type RefusalDetails = { readonly code: DomainErrorCode; readonly info?: Readonly<Record<string, string>> };
