import { DomainError } from '@doffers/errors';

type Deps = {
  readonly verifySignature: (body: Uint8Array, signature: string | undefined) => boolean;
  /** Keeps the raw body for good; a body that is known changes nothing. */
  readonly store: (body: Uint8Array) => Promise<unknown>;
};

/**
 * Takes what the payment gateway reports: nothing is read of it before its signature is checked, and nothing is done
 * about it before it is stored.
 *
 * @throws DomainError `SIGNATURE_INVALID`
 */
export async function receiveRazorpayEvent(
  { verifySignature, store }: Deps,
  { body, signature }: { readonly body: Uint8Array; readonly signature: string | undefined },
): Promise<void> {
  if (!verifySignature(body, signature)) {
    throw new DomainError('unauthenticated', 'SIGNATURE_INVALID', 'the signature does not match the body');
  }
  await store(body);
}
