import { type AppRole, parseCode, parseRole, tenDigits } from '../domain/app-user.ts';
import type { Deps } from './deps.ts';

/**
 * Sends a code to log in with; unknown numbers get the same answer.
 *
 * @throws DomainError `VALIDATION`, and what sending a code refuses
 */
export async function sendLoginCode({ accounts }: Deps, input: { role: string; phone: string }): Promise<void> {
  await accounts.sendCode({ phone: input.phone, role: parseRole(input.role) });
}

export type LoggedIn = {
  readonly token: string;
  readonly refreshToken: string;
  readonly id: string;
  readonly phone: string;
  readonly role: AppRole;
};

/**
 * Trades a code for tokens. A sign-up's details become the profile at once: the app shows it next. Should that fail,
 * auth announces the new account as well, so the login need not fail with it.
 *
 * @throws DomainError `VALIDATION`, `OTP_INVALID`, `OTP_LOCKED`, `ROLE_MISMATCH` or `USER_BLOCKED`
 */
export async function verifyCode(
  { accounts, people }: Deps,
  input: { readonly role: string; readonly phone: string; readonly otp: string | number },
): Promise<LoggedIn> {
  const role = parseRole(input.role);
  const proven = await accounts.verifyCode({ phone: input.phone, role, code: parseCode(input.otp) });
  if (proven.signUp) await people.createProfile(proven.userId, proven.signUp).catch(() => undefined);
  const { token, refreshToken, userId: id } = proven;
  return { token, refreshToken, id, phone: tenDigits(proven.phone), role };
}
