import { createHash, timingSafeEqual } from 'node:crypto';
import { DomainError } from '@doffers/errors';

export type Subscription = { readonly mode: string; readonly challenge: string; readonly verifyToken: string };

/**
 * Answers WhatsApp's check of a new webhook address. It is not signed: the token that we chose is all that tells it from
 * a stranger's.
 *
 * @returns the challenge, to be sent back as it came
 * @throws DomainError `VERIFY_TOKEN_INVALID`
 */
export function verifyWhatsappSubscription(verifyToken: string, asked: Subscription): string {
  if (asked.mode === 'subscribe' && isSame(asked.verifyToken, verifyToken)) return asked.challenge;
  throw new DomainError('permission_denied', 'VERIFY_TOKEN_INVALID', 'the verify token is not the one that was agreed');
}

/** Compares digests, which have one length, so that the time tells nothing about the token. */
function isSame(given: string, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}
