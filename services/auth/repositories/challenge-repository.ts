import type { FieldCipher } from '@doffers/database';
import type { Redis } from '@doffers/process';
import { type Challenge, guessLimits, type Purpose } from '../domain/challenge.ts';
import type { Phone } from '../domain/phone.ts';
import { failingClosed } from './failing-closed.ts';

export type Guess =
  | { readonly result: 'right' | 'wrong' }
  | { readonly result: 'locked'; readonly retryAfterSeconds: number };

export type ChallengeRepository = {
  /** Keeps the challenge until it expires. It replaces an earlier one of the same number on the app's surface. */
  open(challenge: Challenge, mac: string): Promise<void>;
  find(id: string): Promise<Challenge | undefined>;
  /** The newest challenge of a number on the app's surface, which keeps no challenge of its own. */
  findByPhone(phone: Phone): Promise<Challenge | undefined>;
  /**
   * Counts an attempt, then compares, and consumes the challenge when one of `macs` is right, all in one step: of any
   * number of parallel guesses at most five are compared, and one succeeds.
   *
   * @param locking whether wrong codes count against the number
   */
  guess(challenge: Challenge, macs: readonly string[], options: { readonly locking: boolean }): Promise<Guess>;
};

/**
 * KEYS: challenge, wrong codes of the number, wrong codes of all numbers. ARGV: attempts, attempts under attack, limit
 * per number (0: it is not counted), limit of the platform, window in ms, then the MACs that would be right. The MACs
 * are made with a secret, so that comparing them here tells nobody anything.
 */
const guessScript = `
  local perPhone = tonumber(ARGV[3])
  if perPhone > 0 and tonumber(redis.call('GET', KEYS[2]) or '0') >= perPhone then
    return {'locked', redis.call('PTTL', KEYS[2])}
  end
  local mac = redis.call('HGET', KEYS[1], 'mac')
  if not mac then return {'wrong', 0} end
  local underAttack = tonumber(redis.call('GET', KEYS[3]) or '0') >= tonumber(ARGV[4])
  local attempts = tonumber(underAttack and ARGV[2] or ARGV[1])
  if redis.call('HINCRBY', KEYS[1], 'tries', 1) > attempts then
    redis.call('DEL', KEYS[1])
  else
    for i = 6, #ARGV do
      if ARGV[i] == mac then
        redis.call('DEL', KEYS[1], KEYS[2])
        return {'right', 0}
      end
    end
  end
  if perPhone > 0 then
    if redis.call('INCR', KEYS[3]) == 1 then redis.call('PEXPIRE', KEYS[3], ARGV[5]) end
    local wrong = redis.call('INCR', KEYS[2])
    if wrong == 1 or wrong == perPhone then redis.call('PEXPIRE', KEYS[2], ARGV[5]) end
  end
  return {'wrong', 0}`;

const keys = {
  challenge: (id: string) => `auth:otp:${id}`,
  app: (phone: string) => `auth:otp-app:${phone}`,
  wrong: (phone: string) => `auth:otp-wrong:${phone}`,
  wrongOfAll: 'auth:otp-wrong',
};

type Stored = Pick<Challenge, 'phone' | 'purpose' | 'signUp'> & { readonly expiresAt: number };

/** Challenges in Redis: sealed, found by their id, gone when they expire. With Redis away every call is refused. */
export function createChallengeRepository(redis: Redis, cipher: FieldCipher): ChallengeRepository {
  const phoneKey = (phone: Phone) => cipher.blindIndex(phone).toString('base64url');

  async function find(id: string): Promise<Challenge | undefined> {
    const sealed = await failingClosed(() => redis.hget(keys.challenge(id), 'sealed'));
    if (sealed === null) return undefined;
    const stored = JSON.parse(cipher.open(sealedField(id), Buffer.from(sealed, 'base64'))) as Stored;
    return { ...stored, id, expiresAt: new Date(stored.expiresAt) };
  }

  return {
    find,
    async open({ id, phone, purpose, signUp, expiresAt }, mac) {
      const stored: Stored = { phone, purpose, signUp, expiresAt: expiresAt.getTime() };
      const sealed = cipher.seal(sealedField(id), JSON.stringify(stored)).toString('base64');
      const batch = redis
        .multi()
        .hset(keys.challenge(id), { mac, sealed, tries: 0 })
        .pexpireat(keys.challenge(id), expiresAt.getTime());
      if (isOfApp(purpose)) batch.set(keys.app(phoneKey(phone)), id, 'PXAT', expiresAt.getTime());
      await failingClosed(async () => {
        // A transaction resolves also when one of its commands was refused.
        for (const [error] of (await batch.exec()) ?? []) if (error) throw error;
      });
    },
    async findByPhone(phone) {
      const id = await failingClosed(() => redis.get(keys.app(phoneKey(phone))));
      return id === null ? undefined : find(id);
    },
    async guess({ id, phone }, macs, { locking }) {
      const { attempts, attemptsUnderAttack, perPhone, perPlatform, windowMs } = guessLimits;
      const limits = [attempts, attemptsUnderAttack, locking ? perPhone : 0, perPlatform, windowMs];
      const names = [keys.challenge(id), keys.wrong(phoneKey(phone)), keys.wrongOfAll];
      const answer = await failingClosed(() => redis.eval(guessScript, names.length, ...names, ...limits, ...macs));
      const [result, lockedMs] = answer as ['right' | 'wrong' | 'locked', number];
      return result === 'locked' ? { result, retryAfterSeconds: Math.ceil(lockedMs / 1_000) } : { result };
    },
  };
}

function isOfApp(purpose: Purpose): boolean {
  return purpose === 'app-login';
}

const sealedField = (id: string) => ({ table: 'otp', column: 'sealed', id });
