import { randomInt } from 'node:crypto';

const howMany = 10;
/** Crockford's base32: nothing that is mistaken for something else on paper. */
const letters = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** Ten codes of fifty bits, each good once. */
export function newRecoveryCodes(): readonly string[] {
  const code = () => Array.from({ length: 10 }, () => letters[randomInt(letters.length)]).join('');
  return Array.from({ length: howMany }, code);
}
