const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const form = /^[0-9]{2}[A-Z]{5}[0-9]{4}[A-Z][1-9A-Z][Z1-9ABD-J][0-9A-Z]$/;

/** Whether `text` is a regular taxpayer's GST number: its form and its check character. */
export function isGstin(text: string): boolean {
  return form.test(text) && gstinCheckCharacter(text) === text[14];
}

/** The 15th character that the first 14 call for; tells a person which one was mistyped. */
export function gstinCheckCharacter(text: string): string {
  let sum = 0;
  for (let at = 0; at < 14; at++) {
    const product = alphabet.indexOf(text[at] ?? '') * (at % 2 === 0 ? 1 : 2);
    sum += Math.floor(product / 36) + (product % 36);
  }
  return alphabet[(36 - (sum % 36)) % 36] ?? '';
}

/** The GST code of the State that registered the number. */
export function stateOfGstin(gstin: string): string {
  return gstin.slice(0, 2);
}
