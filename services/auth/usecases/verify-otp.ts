import type { Role } from '../domain/account.ts';
import { parsePhone } from '../domain/phone.ts';
import type { Deps, Origin } from './deps.ts';
import { type Login, logIn } from './log-in.ts';
import { proveCode } from './prove-code.ts';

export type VerifyOtpInput = { readonly challengeId: string; readonly code: string; readonly origin: Origin };

/**
 * Trades a challenge and its code for a session.
 *
 * @throws DomainError `OTP_INVALID`, `OTP_LOCKED`, `OTP_UNAVAILABLE`, `USER_BLOCKED` or `SECOND_FACTOR_MISSING`
 */
export async function verifyOtp(deps: Deps, { challengeId, code, origin }: VerifyOtpInput): Promise<Login> {
  const found = await deps.challenges.find(challengeId);
  const challenge = found?.purpose === 'login' ? found : undefined;
  await proveCode(deps, challenge, { code, origin });
  if (!challenge) throw new Error('a code was proved without a challenge');
  return logIn(deps, { phone: challenge.phone, audience: 'doffers', role: undefined, signUp: undefined, origin });
}

export type VerifyAppOtpInput = {
  readonly phone: string;
  readonly code: string;
  readonly role: Role;
  readonly origin: Origin;
};

/**
 * The same by number, for the app that keeps no challenge. Its session carries the one role that was asked for.
 *
 * @throws DomainError `PHONE_INVALID`, `OTP_INVALID`, `OTP_LOCKED`, `OTP_UNAVAILABLE`, `ROLE_MISMATCH` or `USER_BLOCKED`
 */
export async function verifyAppOtp(deps: Deps, { phone: text, code, role, origin }: VerifyAppOtpInput) {
  const phone = parsePhone(text);
  const challenge = await deps.challenges.findByPhone(phone);
  await proveCode(deps, challenge, { code, origin });
  const signUp = challenge?.signUp;
  const login = await logIn(deps, { phone, audience: 'doffers-app', role, signUp, origin });
  return { ...login, signUp: login.created ? signUp?.details : undefined };
}
