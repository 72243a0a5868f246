/**
 * What the patterns in the protos ask for, in words: whoever is refused should not have to read a regular expression.
 * A pattern without words is told as it is; a test finds it.
 */
export const wordsOfPattern: ReadonlyMap<string, string> = new Map([
  ['^[A-Za-z0-9._:-]{1,64}$', 'must be 1 to 64 letters, digits, dots, underscores, colons or hyphens'],
  ['^[A-Za-z0-9._:-]{0,64}$', 'must be at most 64 letters, digits, dots, underscores, colons or hyphens'],
  ['^[1-9][0-9]{5}$', 'must be a PIN code of six digits'],
  ['^([1-9][0-9]{5})?$', 'must be a PIN code of six digits, or empty'],
  ['^[0-9]{6}$', 'must be six digits'],
  ['^([0-9]{2}[A-Z0-9]{13})?$', 'must be a GST number of 15 digits and capital letters, or empty'],
  ['^\\+91[6-9][0-9]{9}$', 'must be an Indian mobile number, written as +91 and ten digits'],
  ['^\\+?[1-9][0-9]{6,14}$', 'must be a phone number with its country code, digits only after an optional +'],
  ['^pay_[A-Za-z0-9]{1,40}$', 'must be the id of a payment at the gateway, such as pay_29QQoUBi66xm2f'],
  ['^[A-Za-z0-9_-]{1,40}$', 'must be 1 to 40 letters, digits, underscores or hyphens'],
  ['^[a-z0-9_]{1,512}$', 'must be 1 to 512 small letters, digits or underscores'],
  ['^[!-~]{1,150}$', 'must be 1 to 150 visible ASCII characters'],
  ['^[!-~]{1,160}$', 'must be 1 to 160 visible ASCII characters'],
  ['^(\\P{Cc}*[^\\p{C}\\p{Z}]\\P{Cc}*)?$', 'must be one line with something to read in it'],
  ['^\\P{Cc}*$', 'must be one line without control characters'],
  ['^(\\P{Cc}|[\\t\\n\\r])*$', 'must have no control characters but tabs and line breaks'],
  ['^[a-z0-9-]{1,40}$', 'must be 1 to 40 small letters, digits or hyphens'],
  ['^[a-z0-9_]{1,120}$', 'must be 1 to 120 small letters, digits or underscores'],
  ['^[a-z]{2}(_[A-Z]{2})?$', 'must be a language such as en or en_US'],
  ['^([a-z]{2}(_[A-Z]{2})?)?$', 'must be a language such as en or en_US, or empty'],
  ['^[A-Z_]{0,40}$', 'must be at most 40 capital letters or underscores'],
  ['^20[0-9]{2}-(0[1-9]|1[0-2])$', 'must be a month such as 2026-11'],
  ['^(20[0-9]{2}-(0[1-9]|1[0-2]))?$', 'must be a month such as 2026-11, or empty'],
  ['^([0-9]{4}-[0-9]{2}-[0-9]{2})?$', 'must be a day such as 2026-11-28, or empty'],
  ['^R[0-9]{1,2}$', 'must be a check of reconciliation such as R2'],
  ['^[!-~]{1,250}$', 'must be 1 to 250 visible ASCII characters'],
]);
