import { DomainError } from '@doffers/errors';
import { parsePhoneNumberFromString } from 'libphonenumber-js/mobile';

/** An Indian mobile number in E.164, `+919876543210`: the only form in which numbers are compared, hashed and sent. */
export type Phone = string & { readonly phone: unique symbol };

/**
 * Reads a number as people type it: with or without +91, a leading 0, spaces, brackets or hyphens, in the digits of any
 * Indian script. Only mobile numbers are accepted: a code to any other would cost money and reach nobody.
 *
 * @throws DomainError `PHONE_INVALID`
 */
export function parsePhone(text: string): Phone {
  const number = parsePhoneNumberFromString(withPlainDigits(text.trim()), { defaultCountry: 'IN', extract: false });
  const isMobile = number?.countryCallingCode === '91' && /^[6-9]\d{9}$/.test(number.nationalNumber) && !number.ext;
  if (!isMobile) {
    const message = 'enter an Indian mobile number of ten digits';
    throw new DomainError('invalid_argument', 'PHONE_INVALID', message, {
      fields: [{ field: 'phone', description: message, reason: 'indian_mobile' }],
    });
  }
  return number.number as string as Phone;
}

/** The number with all but its last four digits hidden, for the audit trail. */
export function maskPhone(phone: Phone): string {
  return `+91••••••${phone.slice(-4)}`;
}

/** Digits of the Indian scripts lie at the same place of each 128-character block, from Devanagari to Malayalam. */
function withPlainDigits(text: string): string {
  return text.replaceAll(/[\u0966-\u0d6f]/g, (character) => {
    const digit = (character.charCodeAt(0) & 0x7f) - 0x66;
    return digit >= 0 && digit <= 9 ? String(digit) : character;
  });
}
