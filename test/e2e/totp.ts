import { createHmac } from 'node:crypto';

/** What an authenticator app shows for a secret in base32: written from RFC 6238, apart from the code under test. */
export function codeOfApp(secret: string, at = Date.now()): string {
  const bits = Array.from(secret, (letter) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter));
  const key = bits.map((value) => value.toString(2).padStart(5, '0')).join('');
  const bytes = Buffer.from(
    Array.from({ length: key.length / 8 }, (_, n) => Number.parseInt(key.slice(n * 8, n * 8 + 8), 2)),
  );
  const step = Buffer.from(
    Math.floor(at / 30_000)
      .toString(16)
      .padStart(16, '0'),
    'hex',
  );
  const mac = createHmac('sha1', bytes).update(step).digest();
  const start = (mac.at(-1) ?? 0) % 16;
  return String((mac.readUInt32BE(start) % 2 ** 31) % 1_000_000).padStart(6, '0');
}
