import { DomainError } from '@doffers/errors';

/** What an address takes over from its PIN code. */
export type Place = { readonly city: string; readonly state: string };

/** @returns the refusal for a PIN code in a request's field */
export function pincodeUnknown(pincode: string, field: string): DomainError {
  const message = `PIN code ${pincode} does not exist: check its six digits`;
  return new DomainError('invalid_argument', 'PINCODE_UNKNOWN', message, {
    fields: [{ field, description: message, reason: 'unknown_pincode' }],
  });
}
