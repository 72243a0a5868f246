import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from '@doffers/process';
import type { AudienceCounts } from '../domain/audience/counts.ts';
import type { CountCache } from '../usecases/audience-deps.ts';

type Times = {
  /** How long an answer is as good as new. */
  readonly freshMs: number;
  /** How long it is still given while a new one is being made. */
  readonly staleMs: number;
  /** How long one process may take to make it before another one tries. */
  readonly lockMs: number;
  readonly pollMs: number;
};

const defaults: Times = { freshMs: 10_000, staleMs: 60_000, lockMs: 5_000, pollMs: 25 };

type Entry = { readonly counts: AudienceCounts; readonly freshUntil: number };

// Only whoever holds the lock gives it back: it may have run out and be another's by now.
const unlock = "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end return 0";

/**
 * Keeps counts in Redis. Of all who miss the same key at once, in all processes, one counts and the others wait for its
 * answer; an answer that has become old is given once more while one of them counts anew. Without Redis each process
 * counts for itself, still once at a time for a key.
 */
export function createCountCache(redis: Redis, times: Partial<Times> = {}): CountCache {
  const { freshMs, staleMs, lockMs, pollMs } = { ...defaults, ...times };
  const flights = new Map<string, Promise<AudienceCounts>>();

  const read = async (key: string): Promise<Entry | undefined> => {
    const text = await redis.get(`audience:${key}`);
    return text === null ? undefined : (JSON.parse(text) as Entry);
  };

  async function countAndKeep(key: string, count: () => Promise<AudienceCounts>): Promise<AudienceCounts> {
    const counts = await count();
    // The jitter keeps entries that were made together from ending together.
    const entry: Entry = { counts, freshUntil: Date.now() + freshMs * (0.8 + Math.random() * 0.4) };
    await redis.set(`audience:${key}`, JSON.stringify(entry), 'PX', freshMs + staleMs).catch(() => undefined);
    return counts;
  }

  /** Counts if nobody else does; answers undefined if somebody does. */
  async function countAlone(key: string, count: () => Promise<AudienceCounts>): Promise<AudienceCounts | undefined> {
    const mine = randomUUID();
    const locked = await redis.set(`audience-lock:${key}`, mine, 'PX', lockMs, 'NX').catch(() => 'without Redis');
    if (locked === null) return undefined;
    try {
      const entry = await read(key).catch(() => undefined);
      return entry && entry.freshUntil > Date.now() ? entry.counts : await countAndKeep(key, count);
    } finally {
      await redis.eval(unlock, 1, `audience-lock:${key}`, mine).catch(() => undefined);
    }
  }

  async function lead(key: string, count: () => Promise<AudienceCounts>): Promise<AudienceCounts> {
    const giveUpAt = Date.now() + lockMs;
    for (;;) {
      const counts = await countAlone(key, count);
      if (counts !== undefined) return counts;
      if (Date.now() >= giveUpAt) return count();
      await sleep(pollMs);
      const entry = await read(key).catch(() => undefined);
      if (entry !== undefined) return entry.counts;
    }
  }

  const together = (key: string, work: () => Promise<AudienceCounts>): Promise<AudienceCounts> => {
    const flying = flights.get(key) ?? work().finally(() => flights.delete(key));
    flights.set(key, flying);
    return flying;
  };

  return async (key, count) => {
    const entry = await read(key).catch(() => undefined);
    if (entry === undefined) return together(key, () => lead(key, count));
    if (entry.freshUntil <= Date.now()) {
      // Nobody waits for this one; when it fails, the next caller tries again.
      void together(key, async () => (await countAlone(key, count)) ?? entry.counts).catch(() => undefined);
    }
    return entry.counts;
  };
}
