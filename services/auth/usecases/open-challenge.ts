import { randomBytes } from 'node:crypto';
import { type Challenge, codeLifetimeMs } from '../domain/challenge.ts';
import type { Phone } from '../domain/phone.ts';
import { sendRefused } from '../domain/send-limits.ts';
import type { Deps } from './deps.ts';
import { codeMac, newChallengeId, newCode } from './one-time-code.ts';

/** A challenge as its sender learns of it. */
export type SentChallenge = Pick<Challenge, 'id' | 'expiresAt'> & { readonly resendAt: Date };

/** What is told about a challenge: nothing of the number or the sign-up behind it. */
export function sentChallenge({ id, expiresAt }: Challenge, resendAt: Date): SentChallenge {
  return { id, expiresAt, resendAt };
}

/**
 * Counts a code against the limits of its number and address.
 *
 * @returns when the next one may be asked for
 * @throws DomainError `OTP_TOO_SOON`, `OTP_LIMIT` or `OTP_UNAVAILABLE`
 */
export async function admitCode(deps: Deps, phone: Phone, clientAddress: string): Promise<Date> {
  if (deps.testCodes.has(phone)) return deps.now();
  const taken = await deps.sendLimits.take(phone, clientAddress);
  if ('limit' in taken) {
    deps.countOtp('refused');
    throw sendRefused(taken);
  }
  return new Date(deps.now().getTime() + taken.resendAfterSeconds * 1_000);
}

/** Makes a code and keeps what proves it; the code itself is only answered, to be sent. */
export async function openChallenge(
  deps: Deps,
  about: Pick<Challenge, 'phone' | 'purpose' | 'signUp'>,
): Promise<{ readonly challenge: Challenge; readonly code: string }> {
  const challenge = newChallenge(deps, about);
  const code = deps.testCodes.get(about.phone) ?? newCode();
  await deps.challenges.open(challenge, codeMac(deps.otpPeppers[0], challenge, code));
  await deps.lastCodes?.remember(about.phone, { code, expiresAt: challenge.expiresAt });
  return { challenge, code };
}

/** A challenge that no code answers, for a number without an account: it behaves like any other and leads nowhere. */
export async function openDecoy(deps: Deps, about: Pick<Challenge, 'phone' | 'purpose'>): Promise<Challenge> {
  const decoy = newChallenge(deps, about);
  await deps.challenges.open(decoy, randomBytes(32).toString('base64url'));
  return decoy;
}

function newChallenge({ now }: Deps, about: Pick<Challenge, 'phone' | 'purpose' | 'signUp'>): Challenge {
  return { ...about, id: newChallengeId(), expiresAt: new Date(now().getTime() + codeLifetimeMs) };
}
