import { DomainError } from '@doffers/errors';
import type { Role, SignUp } from './account.ts';
import type { Phone } from './phone.ts';

/** What a code is good for; a code for one purpose is no use for another. */
export type Purpose = 'login' | 'app-login';

/** A code that was sent and waits to be told back. */
export type Challenge = {
  readonly id: string;
  readonly phone: Phone;
  readonly purpose: Purpose;
  readonly expiresAt: Date;
  /** The sign-up that the code completes, on the app's surface. */
  readonly signUp?: { readonly role: Role; readonly details: SignUp } | undefined;
};

export const codeLifetimeMs = 300_000;

/** How much guessing is borne. */
export const guessLimits = {
  /** Per code. */
  attempts: 5,
  /** Per code while somebody sprays guesses over the platform. */
  attemptsUnderAttack: 2,
  /** Wrong codes within an hour after which a number is locked, for an hour. */
  perPhone: 10,
  /** Wrong codes of all numbers within an hour that no honest crowd produces. */
  perPlatform: 2_000,
  windowMs: 3_600_000,
} as const;

/** One answer for a code that is wrong, expired, used, or never existed: anything more would help a guesser. */
export function otpInvalid(): DomainError {
  const message = 'this code is wrong or has expired: check it, or ask for a new one';
  return new DomainError('unauthenticated', 'OTP_INVALID', message);
}

export function otpLocked(retryAfterSeconds: number): DomainError {
  const message = 'too many wrong codes were entered for this number: try again later';
  return new DomainError('resource_exhausted', 'OTP_LOCKED', message, { retryAfterSeconds });
}
