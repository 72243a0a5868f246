import { Redis } from 'ioredis';
import type { Logger } from './logger.ts';

export type { Redis } from 'ioredis';

/**
 * A Redis client that never makes a caller wait for a server that is away: a command fails at once or within 200 ms,
 * and the connection comes back by itself. With the library's defaults callers hang for seconds.
 */
export function createRedis(url: string, log?: Logger): Redis {
  const redis = new Redis(url, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 1,
    autoResendUnfulfilledCommands: false,
    commandTimeout: 200,
    connectTimeout: 500,
    retryStrategy: (attempt) => Math.min(2_000, 50 * 2 ** Math.min(attempt, 6)) * (0.5 + Math.random() / 2),
  });
  let away = false;
  redis.on('ready', () => {
    if (away) log?.info('redis is back');
    away = false;
  });
  // Without a listener the library prints every failed attempt; one line for each outage is enough.
  redis.on('error', (error) => {
    if (!away) log?.warn({ err: error }, 'redis is away');
    away = true;
  });
  return redis;
}
