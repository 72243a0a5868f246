import { assertMaySignUpAs, type Role, type SignUp } from '../domain/account.ts';
import { type Phone, parsePhone } from '../domain/phone.ts';
import type { Deps, Origin } from './deps.ts';
import { admitCode, openChallenge, openDecoy, type SentChallenge, sentChallenge } from './open-challenge.ts';

export type SendAppOtpInput = {
  readonly phone: string;
  readonly role: Role;
  /** Present for a sign-up. */
  readonly signUp: SignUp | undefined;
  readonly origin: Origin;
};

/**
 * Starts a login or sign-up of the app's surface. A login of an unknown number gets the same answer in the same time,
 * but no code. That is why the code is sent after the answer: whether the provider takes a number's code must not be
 * what tells the two apart.
 *
 * @throws DomainError `PHONE_INVALID`, `ROLE_NOT_ALLOWED`, `OTP_TOO_SOON`, `OTP_LIMIT` or `OTP_UNAVAILABLE`
 */
export async function sendAppOtp(deps: Deps, input: SendAppOtpInput): Promise<SentChallenge> {
  const phone = parsePhone(input.phone);
  if (input.signUp) assertMaySignUpAs(input.role);
  deps.codes.assertWorking();
  const resendAt = await admitCode(deps, phone, input.origin.clientAddress);
  const account = await deps.store.accounts.findByPhone(phone);
  const about = { phone, purpose: 'app-login' } as const;
  deps.countOtp('sent');
  if (!account && !input.signUp) return sentChallenge(await openDecoy(deps, about), resendAt);

  const signUp = input.signUp && { role: input.role, details: input.signUp };
  const { challenge, code } = await openChallenge(deps, { ...about, signUp });
  sendAfterwards(deps, phone, code);
  return sentChallenge(challenge, resendAt);
}

function sendAfterwards(deps: Deps, phone: Phone, code: string): void {
  if (deps.testCodes.has(phone)) return;
  deps.codes.sendInBackground(phone, code, () => deps.countOtp('undeliverable'));
}
