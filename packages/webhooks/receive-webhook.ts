import { DomainError } from '@doffers/errors';

export type WebhookCall = {
  /** The exact bytes of the wire: printing parsed JSON again would change them. */
  readonly body: Uint8Array;
  readonly signature: string | undefined;
};

type Deps = {
  readonly verifySignature: (call: WebhookCall) => boolean;
  /** Keeps the raw body for good; a body that is known changes nothing. */
  readonly store: (body: Uint8Array) => Promise<unknown>;
};

/**
 * Takes what a provider reports: nothing is read of it before its signature is checked, and it is answered only after
 * it is stored. What it means is found out later.
 *
 * @throws DomainError `SIGNATURE_INVALID`
 */
export async function receiveWebhook({ verifySignature, store }: Deps, call: WebhookCall): Promise<void> {
  if (!verifySignature(call)) {
    throw new DomainError('unauthenticated', 'SIGNATURE_INVALID', 'the signature does not match the body');
  }
  await store(call.body);
}
