import { createHmac, randomBytes, randomInt } from 'node:crypto';
import type { Challenge } from '../domain/challenge.ts';

/** Six digits, each as likely as the other. */
export function newCode(): string {
  return String(randomInt(0, 1_000_000)).padStart(6, '0');
}

/** An opaque name for a challenge that nobody can guess. */
export function newChallengeId(): string {
  return randomBytes(24).toString('base64url');
}

/**
 * What is stored instead of the code. A plain hash of six digits would be reversed in a moment; this one needs the
 * pepper, and holds for one challenge, number and purpose only.
 */
export function codeMac(
  pepper: string,
  { id, phone, purpose }: Pick<Challenge, 'id' | 'phone' | 'purpose'>,
  code: string,
) {
  return createHmac('sha256', pepper).update([id, phone, purpose, code].join('\0')).digest('base64url');
}
