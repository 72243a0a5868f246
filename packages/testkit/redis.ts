import { randomBytes } from 'node:crypto';
import { Redis } from 'ioredis';
import { testServers } from './servers.ts';

/** A client of the real Redis with a key prefix of its own; `close` removes what it wrote. */
export function testRedis(subject: string) {
  const prefix = `t:${subject}:${randomBytes(4).toString('hex')}:`;
  const { redisUrl } = testServers();
  const redis = new Redis(redisUrl, { keyPrefix: prefix, maxRetriesPerRequest: 1 });
  return {
    redis,
    prefix,
    async close(): Promise<void> {
      const plain = new Redis(redisUrl, { maxRetriesPerRequest: 1 });
      for await (const keys of plain.scanStream({ match: `${prefix}*` })) {
        if (keys.length > 0) await plain.unlink(...(keys as string[]));
      }
      await Promise.all([plain.quit(), redis.quit()]);
    },
  };
}
