import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

const stepSeconds = 30;
const digits = 6;
/** Steps to either side that are good as well: clocks differ, and typing takes a while (RFC 6238 §5.2). */
const tolerance = 1;
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** A new secret of 160 bits, in base32 as authenticator apps take it (RFC 4226 §4, R6). */
export function newTotpSecret(): string {
  return Array.from(randomBytes(32), (byte) => alphabet[byte % alphabet.length]).join('');
}

/** The code of a time step (RFC 4226 §5.3 with the counter of RFC 6238 §4.2; SHA-1, which is what the apps speak). */
export function totpCode(secret: string, step: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac('sha1', fromBase32(secret)).update(counter).digest();
  const offset = mac.readUInt8(mac.length - 1) & 0x0f;
  const number = (mac.readUInt32BE(offset) & 0x7fffffff) % 10 ** digits;
  return String(number).padStart(digits, '0');
}

/**
 * The step of which `code` is the code, among those around `now` that come after `lastStep`: a code that was used once, or
 * is older than one that was used, is no good any more.
 */
export function stepOfCode(secret: string, code: string, { now, lastStep }: { now: Date; lastStep: number }) {
  const current = Math.floor(now.getTime() / 1_000 / stepSeconds);
  let found: number | undefined;
  for (let step = current - tolerance; step <= current + tolerance; step++) {
    const isRight = timingSafeEqual(
      Buffer.from(totpCode(secret, step)),
      Buffer.from(code.padEnd(digits).slice(0, digits)),
    );
    if (isRight && step > lastStep) found = step;
  }
  return found;
}

/** What an authenticator app reads from a picture or a link (Google's Key URI format). */
export function totpUri(secret: string, account: string): string {
  const label = encodeURIComponent(`D'Offers:${account}`);
  return `otpauth://totp/${label}?secret=${secret}&issuer=${encodeURIComponent("D'Offers")}&digits=${digits}&period=${stepSeconds}`;
}

function fromBase32(text: string): Buffer {
  const bits = Array.from(text, (letter) => alphabet.indexOf(letter).toString(2).padStart(5, '0')).join('');
  return Buffer.from(bits.match(/.{8}/g)?.map((byte) => Number.parseInt(byte, 2)) ?? []);
}
