import { DomainError } from '@doffers/errors';

/**
 * What is known of a notice's key. A notice that was withdrawn keeps its key as a tombstone, so that a call to send it
 * that comes late, or comes again, is refused.
 */
export type Notice = {
  /** The id of the message it became, or would have become. */
  readonly id: string;
  /** The person and the content it was sent with; undefined when it was withdrawn before it was sent. */
  readonly sent: { readonly userId: string; readonly requestHash: Buffer } | undefined;
  readonly voidedAt: Date | undefined;
};

/**
 * Checks that a key which is taken already was taken for the very same notice.
 *
 * @throws DomainError `VOIDED` or `IDEMPOTENCY_KEY_REUSED`
 */
export function assertRepetition(earlier: Notice, requestHash: Buffer): void {
  if (earlier.voidedAt !== undefined) {
    throw new DomainError('failed_precondition', 'VOIDED', 'this notice was withdrawn and is not sent any more');
  }
  if (earlier.sent === undefined || !earlier.sent.requestHash.equals(requestHash)) {
    const message = 'this key was used before for another notice; use a new one';
    throw new DomainError('already_exists', 'IDEMPOTENCY_KEY_REUSED', message);
  }
}
