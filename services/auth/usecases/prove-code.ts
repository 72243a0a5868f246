import { type Challenge, otpInvalid, otpLocked } from '../domain/challenge.ts';
import { maskPhone } from '../domain/phone.ts';
import type { Deps, Origin } from './deps.ts';
import { codeMac } from './one-time-code.ts';

/**
 * Checks a code against its challenge and uses the challenge up. From here on the caller has proved to own the number.
 *
 * @throws DomainError `OTP_INVALID`, `OTP_LOCKED` or `OTP_UNAVAILABLE`
 */
export async function proveCode(
  deps: Deps,
  challenge: Challenge | undefined,
  { code, origin }: { readonly code: string; readonly origin: Origin },
): Promise<void> {
  const guess =
    challenge && (await deps.challenges.guess(challenge, macsOf(deps, challenge, code), lockingOf(deps, challenge)));
  if (guess?.result === 'right') return deps.countOtp('right');
  const refusal = guess?.result === 'locked' ? otpLocked(guess.retryAfterSeconds) : otpInvalid();
  deps.countOtp(guess?.result === 'locked' ? 'locked' : 'wrong');
  // Without a challenge there is nobody to whose account it would matter.
  if (challenge) await recordRefusal(deps, challenge, { detail: refusal.reason, origin });
  throw refusal;
}

/** A code may have been made with an earlier pepper. */
function macsOf({ otpPeppers }: Deps, challenge: Challenge, code: string): string[] {
  return otpPeppers.map((pepper) => codeMac(pepper, challenge, code));
}

/** The codes of test numbers are known to all, so locking them would only lock out the tests. */
function lockingOf({ testCodes }: Deps, { phone }: Challenge) {
  return { locking: !testCodes.has(phone) };
}

async function recordRefusal(
  { store, now }: Deps,
  { phone }: Challenge,
  { detail, origin }: { readonly detail: string; readonly origin: Origin },
): Promise<void> {
  await store.audit.add({
    action: 'login.refused',
    at: now(),
    actorId: undefined,
    subject: maskPhone(phone),
    clientAddress: origin.clientAddress,
    detail,
  });
}
