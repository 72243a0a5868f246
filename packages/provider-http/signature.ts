import { createHmac, timingSafeEqual } from 'node:crypto';

/** The hex HMAC-SHA256 that WhatsApp and Razorpay put on a webhook, over the exact bytes of its body. */
export function signHmacSha256(secret: string, body: Uint8Array | string): string {
  return createHmac('sha256', secret).update(body).digest('hex');
}

/**
 * Compares in constant time. The bytes must be those of the wire: parsing and printing JSON again changes them.
 * A signature that is missing, short or not hex is simply wrong.
 */
export function verifyHmacSha256(secret: string, body: Uint8Array, signature: string | undefined): boolean {
  if (!signature || !/^[0-9a-f]{64}$/i.test(signature)) return false;
  const expected = createHmac('sha256', secret).update(body).digest();
  return timingSafeEqual(expected, Buffer.from(signature, 'hex'));
}
