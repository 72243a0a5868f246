import { DomainError } from '@doffers/errors';
import type { Phone } from './phone.ts';

export const roles = ['customer', 'shopkeeper', 'admin'] as const;
/** What a person may be; one person may be several. */
export type Role = (typeof roles)[number];

export type Account = {
  readonly id: string;
  readonly phone: Phone;
  readonly roles: readonly Role[];
  readonly blocked: boolean;
  readonly createdAt: Date;
};

/** What a person tells at sign-up; it waits with the challenge until the code is verified. */
export type SignUp = {
  readonly name: string;
  readonly pincode: string;
  /** Empty to take it from the PIN code. */
  readonly city: string;
  readonly address: string;
};

/** @throws DomainError `USER_BLOCKED`; told only to somebody who has proved to own the number */
export function assertNotBlocked({ blocked }: Pick<Account, 'blocked'>): void {
  if (!blocked) return;
  throw new DomainError('permission_denied', 'USER_BLOCKED', 'this account is blocked: contact support');
}

/**
 * The app in people's hands knows one role a person and asks for it by name.
 *
 * @throws DomainError `ROLE_MISMATCH`; told only to somebody who has proved to own the number
 */
export function assertHasRole(account: Pick<Account, 'roles'>, role: Role): void {
  if (account.roles.includes(role)) return;
  const known = account.roles.join(' and ');
  const message = `this number is registered as ${known}: choose that to log in`;
  throw new DomainError('failed_precondition', 'ROLE_MISMATCH', message, { info: { role } });
}

/** @throws DomainError `ROLE_NOT_ALLOWED`: administrators are made by other administrators, never by themselves */
export function assertMaySignUpAs(role: Role): void {
  if (role !== 'admin') return;
  throw new DomainError('permission_denied', 'ROLE_NOT_ALLOWED', 'sign up as a customer or as a shopkeeper');
}

export function accountNotFound(): DomainError {
  return new DomainError('not_found', 'USER_NOT_FOUND', 'there is no such account');
}
