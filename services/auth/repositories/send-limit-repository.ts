import type { FieldCipher } from '@doffers/database';
import type { Redis } from '@doffers/process';
import type { Phone } from '../domain/phone.ts';
import { coolDownSeconds, networkOf, type SendLimits, type SendRefusal } from '../domain/send-limits.ts';
import { failingClosed } from './failing-closed.ts';

export type SendLimitRepository = {
  /**
   * Counts one code for a number from an address, unless a limit is reached: then nothing is counted at all.
   * @returns when the next code may be asked for, or why there is none now
   */
  take(phone: Phone, clientAddress: string): Promise<{ readonly resendAfterSeconds: number } | SendRefusal>;
};

/**
 * KEYS: cool-down, then one counter for each limit. ARGV: the three cool-downs in seconds, then limit and window in
 * seconds for each counter; a limit below 0 is off. Answers the index of the limit that is reached (0: the cool-down)
 * and the milliseconds until it is not, or -1 and the new cool-down.
 */
const takeScript = `
  local coolDown = redis.call('PTTL', KEYS[1])
  if coolDown > 0 then return {0, coolDown} end
  for i = 2, #KEYS do
    local limit = tonumber(ARGV[2 * i])
    if limit >= 0 and tonumber(redis.call('GET', KEYS[i]) or '0') >= limit then
      local wait = redis.call('PTTL', KEYS[i])
      return {i - 1, wait > 0 and wait or tonumber(ARGV[2 * i + 1]) * 1000}
    end
  end
  local sent
  for i = 2, #KEYS do
    local count = redis.call('INCR', KEYS[i])
    if count == 1 then redis.call('EXPIRE', KEYS[i], ARGV[2 * i + 1]) end
    sent = sent or count
  end
  local seconds = ARGV[math.min(sent, 3)]
  redis.call('SET', KEYS[1], 1, 'EX', seconds)
  return {-1, tonumber(seconds) * 1000}`;

const hour = 3_600;
const day = 24 * hour;
const reached = ['cool-down', 'phone', 'phone', 'address', 'network', 'platform'] as const;

export function createSendLimitRepository(redis: Redis, cipher: FieldCipher, limits: SendLimits): SendLimitRepository {
  const orOff = (limit: number) => (limit === 0 ? -1 : limit);
  const { perPhoneHour, perPhoneDay, perAddressHour, perNetworkHour, perHour } = limits;
  const counters = [
    [perPhoneHour, hour],
    [perPhoneDay, day],
    [orOff(perAddressHour), hour],
    [orOff(perNetworkHour), hour],
    [perHour, hour],
  ].flat();

  return {
    async take(phone, clientAddress) {
      const of = cipher.blindIndex(phone).toString('base64url');
      const names = [
        `auth:send:cool:${of}`,
        `auth:send:hour:${of}`,
        `auth:send:day:${of}`,
        `auth:send:address:${clientAddress}`,
        `auth:send:network:${networkOf(clientAddress)}`,
        'auth:send:all',
      ];
      const answer = await failingClosed(() =>
        redis.eval(takeScript, names.length, ...names, ...coolDownSeconds, ...counters),
      );
      const [at, ms] = answer as [number, number];
      const limit = reached[at];
      const seconds = Math.ceil(ms / 1_000);
      return limit === undefined ? { resendAfterSeconds: seconds } : { limit, retryAfterSeconds: seconds };
    },
  };
}
