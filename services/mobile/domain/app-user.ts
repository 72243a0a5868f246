import { DomainError } from '@doffers/errors';

export const appRoles = ['customer', 'shopkeeper', 'admin'] as const;
/** The one role that the app knows a person by. */
export type AppRole = (typeof appRoles)[number];

export type ApprovalStatus = 'pending' | 'approved' | 'rejected';

/** A person as the app shows them. */
export type AppUser = {
  readonly id: string;
  readonly name: string;
  /** Ten digits: that app knows no country code. */
  readonly phone: string;
  readonly role: AppRole;
  readonly pincode: string;
  readonly city: string;
  readonly state: string;
  readonly address: string;
  readonly approvalStatus: ApprovalStatus;
  readonly createdAt: Date;
};

/** The form of a number that the app knows. */
export function tenDigits(e164: string): string {
  return e164.replace(/^\+91/, '');
}

/** @throws DomainError `VALIDATION` */
export function parseRole(text: string): AppRole {
  const role = appRoles.find((one) => one === text);
  if (role === undefined) throw invalid('role', 'choose customer, shopkeeper or admin as role');
  return role;
}

/**
 * Reads a code that the app sends as text or as a number, which has lost its leading zeros.
 *
 * @throws DomainError `VALIDATION`
 */
export function parseCode(otp: string | number): string {
  const code = typeof otp === 'number' ? String(otp).padStart(6, '0') : otp.trim();
  if (!/^\d{6}$/.test(code)) throw invalid('otp', 'enter the code of six digits from the SMS');
  return code;
}

/** @throws DomainError `VALIDATION` */
export function parsePincode(text: string): string {
  const pincode = text.trim();
  if (!/^[1-9]\d{5}$/.test(pincode)) throw invalid('pincode', 'enter a PIN code of six digits');
  return pincode;
}

/** @throws DomainError `VALIDATION` */
export function parseText(field: string, text: string, { min, max }: { min: number; max: number }): string {
  const trimmed = text.trim();
  if (trimmed.length < min) throw invalid(field, `enter your ${field}`);
  if (trimmed.length > max) throw invalid(field, `your ${field} is too long: at most ${max} characters`);
  return trimmed;
}

function invalid(field: string, message: string): DomainError {
  return new DomainError('invalid_argument', 'VALIDATION', message, {
    fields: [{ field, description: message, reason: 'format' }],
  });
}
