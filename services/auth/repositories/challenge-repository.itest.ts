import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createRedis } from '@doffers/process';
import { testRedis } from '@doffers/testkit';
import { type Challenge, guessLimits } from '../domain/challenge.ts';
import { type Phone, parsePhone } from '../domain/phone.ts';
import { cipher } from '../test/servers.ts';
import { newChallengeId } from '../usecases/one-time-code.ts';
import { type ChallengeRepository, createChallengeRepository } from './challenge-repository.ts';

describe('challenges in Redis', () => {
  let place: ReturnType<typeof testRedis>;
  let challenges: ChallengeRepository;
  before(() => {
    place = testRedis('challenges');
    challenges = createChallengeRepository(place.redis, cipher);
  });
  after(() => place.close());

  let numbers = 0;
  const newPhone = (): Phone => parsePhone(String(9_800_000_000 + ++numbers));
  const inFiveMinutes = () => new Date(Date.now() + 300_000);
  const open = async (changes: Partial<Challenge> = {}) => {
    const challenge: Challenge = {
      id: newChallengeId(),
      phone: newPhone(),
      purpose: 'login',
      expiresAt: inFiveMinutes(),
      ...changes,
    };
    await challenges.open(challenge, 'right');
    return challenge;
  };
  const guess = (challenge: Challenge, ...macs: string[]) => challenges.guess(challenge, macs, { locking: true });
  const results = async (guesses: Promise<{ result: string }>[]) =>
    Object.groupBy(await Promise.all(guesses), ({ result }) => result);

  it('are found as they were opened, with the sign-up that waits', async () => {
    const details = { name: 'Ravi', pincode: '560034', city: '', address: '' };
    const challenge = await open({ purpose: 'app-login', signUp: { role: 'customer', details } });
    assert.deepEqual(await challenges.find(challenge.id), challenge);
    assert.deepEqual(await challenges.findByPhone(challenge.phone), challenge);
    assert.equal(await challenges.find(newChallengeId()), undefined);
    assert.equal(await challenges.findByPhone(newPhone()), undefined);
  });

  it('let one of fifty parallel right answers in', async () => {
    const challenge = await open();
    const { right = [], wrong = [] } = await results(Array.from({ length: 50 }, () => guess(challenge, 'right')));
    assert.deepEqual([right.length, wrong.length], [1, 49]);
  });

  it('compare at most five of two hundred parallel guesses', async () => {
    // Each guess brings another wrong code; the right one stands among them at every place in turn.
    for (const place of [0, 4, 5, 100, 199]) {
      const challenge = await open();
      const guesses = Array.from({ length: 200 }, (_, n) =>
        challenges.guess(challenge, [n === place ? 'right' : `wrong ${n}`], { locking: false }),
      );
      const { right = [] } = await results(guesses);
      assert.equal(right.length, place < guessLimits.attempts ? 1 : 0, `right at ${place}`);
      assert.equal((await guess(challenge, 'right')).result, 'wrong');
    }
  });

  it('take any of the codes that would be right', async () => {
    const challenge = await open();
    assert.equal((await guess(challenge, 'by the new pepper', 'right')).result, 'right');
  });

  it('are gone when they expire', async () => {
    const challenge = await open({ purpose: 'app-login', expiresAt: new Date(Date.now() - 1) });
    assert.equal(await challenges.find(challenge.id), undefined);
    assert.equal(await challenges.findByPhone(challenge.phone), undefined);
    assert.equal((await guess(challenge, 'right')).result, 'wrong');
  });

  it('lock a number for an hour after ten wrong codes, whichever challenge they were for', async () => {
    const phone = newPhone();
    for (let n = 0; n < 2; n++) {
      const challenge = await open({ phone });
      for (let m = 0; m < 5; m++) assert.equal((await guess(challenge, 'no')).result, 'wrong');
    }
    const locked = await guess(await open({ phone }), 'right');
    assert.ok(locked.result === 'locked' && locked.retryAfterSeconds > 3_500 && locked.retryAfterSeconds <= 3_600);
    assert.equal((await guess(await open(), 'right')).result, 'right', 'another number is not affected');
  });

  it('forget the wrong codes of a number that proved itself', async () => {
    const phone = newPhone();
    for (let n = 0; n < 4; n++) {
      const challenge = await open({ phone });
      for (let m = 0; m < 4; m++) await guess(challenge, 'no');
      assert.equal((await guess(challenge, 'right')).result, 'right');
    }
  });

  it('do not lock a test number', async () => {
    const phone = newPhone();
    for (let n = 0; n < 3; n++) {
      const challenge = await open({ phone });
      for (let m = 0; m < 5; m++) await challenges.guess(challenge, ['no'], { locking: false });
    }
    assert.equal((await challenges.guess(await open({ phone }), ['right'], { locking: false })).result, 'right');
  });

  it('bear fewer guesses while somebody sprays them over the platform', async () => {
    await place.redis.set('auth:otp-wrong', guessLimits.perPlatform);
    const challenge = await open();
    await guess(challenge, 'no');
    await guess(challenge, 'no');
    assert.equal((await guess(challenge, 'right')).result, 'wrong');
    await place.redis.del('auth:otp-wrong');
  });

  it('show neither number nor sign-up to somebody who reads Redis', async () => {
    const challenge = await open({ purpose: 'app-login' });
    const digits = challenge.phone.slice(3);
    for await (const keys of place.redis.scanStream({ match: `${place.prefix}*` })) {
      for (const key of keys as string[]) {
        assert.ok(!key.includes(digits));
        const name = key.slice(place.prefix.length);
        const value =
          (await place.redis.type(name)) === 'hash' ? await place.redis.hgetall(name) : await place.redis.get(name);
        assert.ok(!JSON.stringify(value).includes(digits));
      }
    }
  });

  it('let nobody in while Redis is away', async () => {
    const away = createRedis('redis://127.0.0.1:1');
    const closed = createChallengeRepository(away, cipher);
    const challenge = {
      id: newChallengeId(),
      phone: newPhone(),
      purpose: 'login',
      expiresAt: inFiveMinutes(),
    } as const;
    const refusal = { code: 'unavailable', reason: 'OTP_UNAVAILABLE' };
    await assert.rejects(closed.open(challenge, 'right'), refusal);
    await assert.rejects(closed.find(challenge.id), refusal);
    await assert.rejects(closed.findByPhone(challenge.phone), refusal);
    await assert.rejects(closed.guess(challenge, ['right'], { locking: true }), refusal);
    away.disconnect();
  });
});
