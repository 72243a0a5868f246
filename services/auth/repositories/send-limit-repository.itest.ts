import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { createRedis } from '@doffers/process';
import { testRedis } from '@doffers/testkit';
import { type Phone, parsePhone } from '../domain/phone.ts';
import { phoneLimits, type SendLimits } from '../domain/send-limits.ts';
import { cipher } from '../test/servers.ts';
import { createSendLimitRepository } from './send-limit-repository.ts';

const limits: SendLimits = { ...phoneLimits, perAddressHour: 20, perNetworkHour: 100, perHour: 1_000 };

describe('the limits of sending codes', () => {
  let place: ReturnType<typeof testRedis>;
  before(() => {
    place = testRedis('limits');
  });
  afterEach(async () => {
    for await (const keys of place.redis.scanStream({ match: `${place.prefix}*` })) {
      for (const key of keys as string[]) await place.redis.del(key.slice(place.prefix.length));
    }
  });
  after(() => place.close());

  let numbers = 0;
  const newPhone = () => parsePhone(String(9_700_000_000 + ++numbers));
  const newAddress = () => `10.${Math.floor(++numbers / 250)}.${numbers % 250}.1`;
  const limitsWith = (changes: Partial<SendLimits> = {}) =>
    createSendLimitRepository(place.redis, cipher, { ...limits, ...changes });
  /** The cool-down is over at once, so that the counters behind it can be seen. */
  const afterCoolDown = async (phone: Phone) =>
    place.redis.del(`auth:send:cool:${cipher.blindIndex(phone).toString('base64url')}`);

  it('make the next code of a number wait 30, then 60, then 120 seconds', async () => {
    const phone = newPhone();
    const waits: unknown[] = [];
    for (let n = 0; n < 4; n++) {
      waits.push(await limitsWith().take(phone, newAddress()));
      await afterCoolDown(phone);
    }
    assert.deepEqual(
      waits,
      [30, 60, 120, 120].map((resendAfterSeconds) => ({ resendAfterSeconds })),
    );
  });

  it('let one of fifty parallel requests for a number through, and count it once', async () => {
    const phone = newPhone();
    const takes = await Promise.all(Array.from({ length: 50 }, () => limitsWith().take(phone, '192.0.2.1')));
    assert.equal(takes.filter((taken) => 'resendAfterSeconds' in taken).length, 1);
    for (const taken of takes) if ('limit' in taken) assert.equal(taken.limit, 'cool-down');
    assert.equal(await place.redis.get('auth:send:address:192.0.2.1'), '1');
  });

  it('give a number five codes an hour', async () => {
    const phone = newPhone();
    for (let n = 0; n < 5; n++) {
      assert.ok('resendAfterSeconds' in (await limitsWith().take(phone, newAddress())));
      await afterCoolDown(phone);
    }
    const refused = await limitsWith().take(phone, newAddress());
    assert.ok('limit' in refused && refused.limit === 'phone' && refused.retryAfterSeconds > 3_500);
  });

  it('give a number ten codes a day', async () => {
    const phone = newPhone();
    const hourly = `auth:send:hour:${cipher.blindIndex(phone).toString('base64url')}`;
    for (let n = 0; n < 10; n++) {
      assert.ok('resendAfterSeconds' in (await limitsWith().take(phone, newAddress())));
      await afterCoolDown(phone);
      await place.redis.del(hourly);
    }
    const refused = await limitsWith().take(phone, newAddress());
    assert.ok('limit' in refused && refused.limit === 'phone' && refused.retryAfterSeconds > 80_000);
  });

  it('give an address, and a network, no more than theirs, whatever the numbers', async () => {
    const limited = limitsWith({ perAddressHour: 2, perNetworkHour: 3 });
    const outcome = async (address: string) => {
      const taken = await limited.take(newPhone(), address);
      return 'limit' in taken ? taken.limit : 'sent';
    };
    assert.deepEqual([await outcome('192.0.2.1'), await outcome('192.0.2.1')], ['sent', 'sent']);
    assert.equal(await outcome('192.0.2.1'), 'address');
    assert.equal(await outcome('192.0.2.2'), 'sent');
    assert.equal(await outcome('192.0.2.3'), 'network');
    assert.equal(await outcome('192.0.3.1'), 'sent');
    for (let n = 0; n < 2; n++) await outcome('unknown');
    assert.equal(await outcome('unknown'), 'address', 'a missing address has a limit too');
  });

  it('count nothing for a code that was refused', async () => {
    const limited = limitsWith({ perNetworkHour: 1 });
    await limited.take(newPhone(), '192.0.2.1');
    const phone = newPhone();
    assert.ok('limit' in (await limited.take(phone, '192.0.2.2')));
    assert.equal(await place.redis.get('auth:send:address:192.0.2.2'), null);
    assert.ok('resendAfterSeconds' in (await limited.take(phone, '198.51.100.1')), 'not even a cool-down');
  });

  it('are off for addresses when they are 0, and stop everything when the platform has none', async () => {
    const open = limitsWith({ perAddressHour: 0, perNetworkHour: 0 });
    for (let n = 0; n < 25; n++) assert.ok('resendAfterSeconds' in (await open.take(newPhone(), '192.0.2.1')));
    const stopped = await limitsWith({ perHour: 0 }).take(newPhone(), newAddress());
    assert.ok('limit' in stopped && stopped.limit === 'platform');
  });

  it('refuse while they cannot be counted', async () => {
    const away = createRedis('redis://127.0.0.1:1');
    const closed = createSendLimitRepository(away, cipher, limits);
    await assert.rejects(closed.take(newPhone(), newAddress()), { code: 'unavailable', reason: 'OTP_UNAVAILABLE' });
    away.disconnect();
  });
});
