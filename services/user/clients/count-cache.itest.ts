import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createRedis } from '@doffers/process';
import { eventually, testRedis } from '@doffers/testkit';
import type { AudienceCounts } from '../domain/audience/counts.ts';
import { createCountCache } from './count-cache.ts';

const of = (customers: number): AudienceCounts => ({ customers, channels: [] });

describe('the cache of audience counts', () => {
  let place: ReturnType<typeof testRedis>;
  let key: string;
  let keys = 0;
  before(() => {
    place = testRedis('count-cache');
  });
  after(() => place.close());
  beforeEach(() => {
    key = `segment-${++keys}`;
  });
  /** Counts how often it is asked; each test has its own, since a refresh may outlive the test that caused it. */
  const counter = () => {
    const count = Object.assign(
      async () => {
        const times = ++count.times;
        await sleep(50);
        return of(times);
      },
      { times: 0 },
    );
    return count;
  };

  it('counts once for 500 who ask at the same moment in several processes', async () => {
    const count = counter();
    const processes = Array.from({ length: 5 }, () => createCountCache(place.redis));
    const answers = await Promise.all(
      Array.from({ length: 500 }, (_, n) => (processes[n % 5] as (typeof processes)[0])(key, count)),
    );
    assert.equal(count.times, 1);
    for (const answer of answers) assert.deepEqual(answer, of(1));
  });

  it('keeps an answer, each question its own', async () => {
    const count = counter();
    const cache = createCountCache(place.redis);
    await cache(key, count);
    assert.deepEqual(await cache(key, count), of(1));
    assert.deepEqual(await cache(`${key}-other`, count), of(2));
  });

  it('gives an old answer once more while a new one is made', async () => {
    const count = counter();
    const cache = createCountCache(place.redis, { freshMs: 0 });
    assert.deepEqual(await cache(key, count), of(1));
    const old = await Promise.all([1, 2, 3].map(() => cache(key, count)));
    assert.deepEqual(old, [of(1), of(1), of(1)]);
    await eventually(async () => assert.ok((await cache(key, count)).customers >= 2));
  });

  it('tries again after a failure', async () => {
    const count = counter();
    const cache = createCountCache(place.redis);
    await assert.rejects(
      cache(key, () => Promise.reject(new Error('away'))),
      /away/,
    );
    assert.deepEqual(await cache(key, count), of(1));
  });

  it('does not wait for a process that died while it counted', async () => {
    const count = counter();
    await place.redis.set(`audience-lock:${key}`, 'of the dead', 'PX', 100);
    assert.deepEqual(await createCountCache(place.redis, { lockMs: 100 })(key, count), of(1));
  });

  it('counts without Redis, once for all who ask one process at once', async () => {
    const count = counter();
    const away = createRedis('redis://127.0.0.1:1');
    try {
      const cache = createCountCache(away);
      const answers = await Promise.all(Array.from({ length: 100 }, () => cache(key, count)));
      assert.equal(count.times, 1);
      assert.deepEqual(answers[99], of(1));
    } finally {
      away.disconnect();
    }
  });
});
