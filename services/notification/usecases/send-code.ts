import { DomainError } from '@doffers/errors';
import type { Sms } from '../clients/sms.ts';
import { codeMessage } from '../domain/code-message.ts';

type Deps = {
  readonly sms: Pick<Sms, 'send'>;
  readonly senderId: string;
  /** The id under which the text is registered with the operators. */
  readonly templateId: string;
  readonly newId: () => string;
};

export type SendCodeInput = { readonly phone: string; readonly code: string; readonly signal: AbortSignal };

const attempts = 2;

/**
 * Sends a one-time code and answers the provider's id of it. A missing code is worse than two of them, so what may or
 * may not have been sent is sent again, once. The code is kept nowhere.
 *
 * @throws DomainError `PROVIDER_UNAVAILABLE` or `PROVIDER_REFUSED`
 */
export async function sendCode(deps: Deps, { phone, code, signal }: SendCodeInput): Promise<string> {
  const { sms, senderId, templateId, newId } = deps;
  const text = codeMessage(code, senderId);
  const message = { to: phone, type: 'OTP', templateId, text, reference: newId() } as const;
  let outcome = await sms.send(message, { signal });
  for (let attempt = 1; attempt < attempts && mayRepeat(outcome) && !signal.aborted; attempt++) {
    outcome = await sms.send(message, { signal });
  }
  switch (outcome.kind) {
    case 'accepted':
      return outcome.providerId;
    case 'retry':
      throw unavailable(outcome.retryAfterMs);
    case 'unknown':
      throw unavailable();
    case 'failed':
    case 'stop_sender':
      throw new DomainError('failed_precondition', 'PROVIDER_REFUSED', 'the code cannot be sent to this number', {
        info: { providerCode: outcome.code },
      });
  }
}

/** Being told to wait is told to the caller: waiting here would hold the person's request. */
function mayRepeat(outcome: Awaited<ReturnType<Sms['send']>>): boolean {
  return outcome.kind === 'unknown' || (outcome.kind === 'retry' && outcome.retryAfterMs === undefined);
}

function unavailable(retryAfterMs?: number): DomainError {
  const message = 'codes cannot be sent right now; try again in a moment';
  const told = retryAfterMs === undefined ? {} : { retryAfterSeconds: Math.ceil(retryAfterMs / 1_000) };
  return new DomainError('unavailable', 'PROVIDER_UNAVAILABLE', message, told);
}
