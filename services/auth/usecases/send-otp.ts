import { parsePhone } from '../domain/phone.ts';
import type { Deps, Origin } from './deps.ts';
import { admitCode, openChallenge, type SentChallenge, sentChallenge } from './open-challenge.ts';

/**
 * Sends a code to a number. Nothing about the number is looked up, so known and unknown ones cannot be told apart.
 *
 * @throws DomainError `PHONE_INVALID`, `OTP_TOO_SOON`, `OTP_LIMIT` or `OTP_UNAVAILABLE`
 */
export async function sendOtp(
  deps: Deps,
  input: { readonly phone: string; readonly origin: Origin },
): Promise<SentChallenge> {
  const phone = parsePhone(input.phone);
  const resendAt = await admitCode(deps, phone, input.origin.clientAddress);
  const { challenge, code } = await openChallenge(deps, { phone, purpose: 'login' });
  if (!deps.testCodes.has(phone)) {
    await deps.codes.send(phone, code).catch((error: unknown) => {
      deps.countOtp('undeliverable');
      throw error;
    });
  }
  deps.countOtp('sent');
  return sentChallenge(challenge, resendAt);
}
