import { DomainError } from '@doffers/errors';
import type { Account } from './account.ts';

/** What a person has besides the phone: an authenticator app, and codes on paper for when that is lost. */
export type SecondFactor = {
  readonly accountId: string;
  /** In base32. Undefined until the first enrolment is confirmed. */
  readonly secret: string | undefined;
  /** Shown at an enrolment that is not confirmed yet; it replaces `secret` when it is. */
  readonly pendingSecret: string | undefined;
  /** The last step whose code was used. */
  readonly lastStep: number;
  /** Wrong codes since the last right one. */
  readonly failures: number;
  readonly lockedUntil: Date | undefined;
};

const mostFailures = 5;
const lockMs = 15 * 60_000;

export function noSecondFactor(accountId: string): SecondFactor {
  const nothing = { secret: undefined, pendingSecret: undefined, lockedUntil: undefined };
  return { accountId, ...nothing, lastStep: 0, failures: 0 };
}

/** How a code is compared: people write it in small letters, with hyphens and spaces. */
export function normalRecoveryCode(text: string): string {
  return text.toUpperCase().replaceAll(/[\s-]/g, '').replaceAll('O', '0').replaceAll(/[IL]/g, '1');
}

/** @throws DomainError `TOTP_LOCKED` after five wrong codes, for a quarter of an hour */
export function assertNotLocked({ lockedUntil }: SecondFactor, now: Date): void {
  if (lockedUntil === undefined || lockedUntil <= now) return;
  const retryAfterSeconds = Math.ceil((lockedUntil.getTime() - now.getTime()) / 1_000);
  const message = 'too many wrong codes: wait a quarter of an hour, then try again';
  throw new DomainError('resource_exhausted', 'TOTP_LOCKED', message, { retryAfterSeconds });
}

/** After a right code; one of the app uses up its step and all before it. */
export function passed(factor: SecondFactor, step = factor.lastStep): SecondFactor {
  return { ...factor, lastStep: step, failures: 0, lockedUntil: undefined };
}

/** After a wrong code: the fifth in a row locks. */
export function failed(factor: SecondFactor, now: Date): SecondFactor {
  const failures = factor.failures + 1;
  if (failures < mostFailures) return { ...factor, failures };
  return { ...factor, failures: 0, lockedUntil: new Date(now.getTime() + lockMs) };
}

export function totpInvalid(): DomainError {
  const message = 'this code is wrong or was used before: type the one that your app shows now';
  return new DomainError('invalid_argument', 'TOTP_INVALID', message);
}

export function totpNotEnrolled(): DomainError {
  const message = 'no authenticator app is set up for this account: enrol one first';
  return new DomainError('failed_precondition', 'TOTP_NOT_ENROLLED', message);
}

/**
 * In production nobody is an administrator by a phone alone.
 *
 * @throws DomainError `SECOND_FACTOR_MISSING`; told only to somebody who has proved to own the number
 */
export function assertFactorOfAdmin(account: Pick<Account, 'roles'>, factor: SecondFactor | undefined): void {
  if (!account.roles.includes('admin') || factor?.secret !== undefined) return;
  const message = 'administrators need a second factor here: have an operator run admin:create for this number';
  throw new DomainError('permission_denied', 'SECOND_FACTOR_MISSING', message);
}
