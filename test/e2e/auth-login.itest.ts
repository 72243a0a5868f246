import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type RestResponse, restClient, testServers } from '@doffers/testkit';
import { Redis } from 'ioredis';
import { reasonOf } from './gateway-error.ts';
import { anybody, logIn, newPhone, readCode } from './people.ts';
import { assertRefusal } from './refusal.ts';

const { gatewayUrl, redisUrl } = testServers();

/** One of the sandbox's numbers whose code is known and never sent. */
const tester = { phone: '7777777777', code: '777777' };

const send = (phone: string) => anybody.post('/v1/auth/otp:send', { body: { phone } });
const verify = (challengeId: unknown, code: string) =>
  anybody.post('/v1/auth/otp:verify', { body: { challengeId, code } });
const refresh = (refreshToken: unknown) => anybody.post('/v1/auth/tokens:refresh', { body: { refreshToken } });
const other = (code: string) => String((Number(code) + 1) % 1_000_000).padStart(6, '0');

/** Logs in without waiting for a cool-down, as often as a test likes. */
async function logInAsTester(userAgent: string) {
  const { challengeId } = (await send(tester.phone)).body;
  const headers = { 'user-agent': userAgent };
  const { status, body } = await anybody.post('/v1/auth/otp:verify', {
    body: { challengeId, code: tester.code },
    headers,
  });
  assert.equal(status, 200, JSON.stringify(body));
  return { ...body, api: restClient(gatewayUrl, String(body.accessToken)) } as Record<string, string> & {
    api: ReturnType<typeof restClient>;
  };
}

/** An answer without what differs from call to call. */
const shapeOf = ({ status, body }: RestResponse) => ({
  status,
  fields: Object.entries(body).map(([name, value]) => [name, typeof value, String(value).length]),
});

describe('a login', () => {
  it('trades a code from an SMS for tokens that open what is one’s own', async () => {
    const person = await logIn();
    const me = await person.api.get('/v1/me');
    assert.equal(me.status, 200);
    assert.equal(me.body.userId, person.userId);
  });

  it('finds the account again', async () => {
    const [first, second] = [await logInAsTester('one'), await logInAsTester('two')];
    assert.equal(first.userId, second.userId);
    assert.equal(String(second.newAccount), 'false');
    assert.notEqual(first.sessionId, second.sessionId);
  });

  it('answers known and unknown numbers alike', async () => {
    await logInAsTester('makes the account');
    assert.deepEqual(shapeOf(await send(tester.phone)), shapeOf(await send(newPhone())));
  });

  it('makes the second code wait, and says how long', async () => {
    const phone = newPhone();
    await send(phone);
    const second = await send(phone);
    assertRefusal(second, [429, 'OTP_TOO_SOON']);
    const seconds = Number(second.headers.get('retry-after'));
    assert.ok(seconds > 0 && seconds <= 30, String(seconds));
  });

  it('refuses a number that is none, in words for a person', async () => {
    for (const phone of ['', '12345', '+14155550123']) {
      const refused = await send(phone);
      assertRefusal(refused, [400, 'PHONE_INVALID']);
      assert.equal(refused.body.message, 'enter an Indian mobile number of ten digits');
    }
  });
});

describe('a code', () => {
  it('is good once, and is refused with the same words whatever is wrong with it', async () => {
    const phone = newPhone();
    const { challengeId } = (await send(phone)).body;
    const code = await readCode(phone);
    const wrong = await verify(challengeId, other(code));
    assertRefusal(wrong, [401, 'OTP_INVALID']);
    assert.equal((await verify(challengeId, code)).status, 200);
    assert.deepEqual((await verify(challengeId, code)).body, wrong.body);
    assert.deepEqual((await verify('made-up-made-up-made-up-made-up-', code)).body, wrong.body);
  });

  it('is refused with those words once its time is over', async () => {
    const phone = newPhone();
    const challengeId = String((await send(phone)).body.challengeId);
    const code = await readCode(phone);
    const redis = new Redis(redisUrl, { maxRetriesPerRequest: 1 });
    assert.equal(await redis.pexpire(`auth:otp:${challengeId}`, 1), 1, 'what is kept of a code has an end');
    await redis.quit();
    await sleep(20);
    assertRefusal(await verify(challengeId, code), [401, 'OTP_INVALID']);
  });

  it('bears five attempts, however many come at once', async () => {
    const phone = newPhone();
    const { challengeId } = (await send(phone)).body;
    const code = await readCode(phone);
    const guesses = await Promise.all(Array.from({ length: 8 }, () => verify(challengeId, other(code))));
    for (const guess of guesses) assert.equal(guess.status, 401);
    assertRefusal(await verify(challengeId, code), [401, 'OTP_INVALID']);
  });

  it('lets one of ten parallel right answers in', async () => {
    const phone = newPhone();
    const { challengeId } = (await send(phone)).body;
    const code = await readCode(phone);
    const answers = await Promise.all(Array.from({ length: 10 }, () => verify(challengeId, code)));
    assert.deepEqual(
      answers.map(({ status }) => status).toSorted((a, b) => a - b),
      [200, ...Array.from({ length: 9 }, () => 401)],
    );
  });
});

describe('a session', () => {
  it('is refreshed, by parallel calls to the same new token', async () => {
    const { refreshToken } = await logIn();
    const refreshed = await Promise.all(Array.from({ length: 5 }, () => refresh(refreshToken)));
    assert.deepEqual(new Set(refreshed.map(({ status }) => status)), new Set([200]));
    assert.equal(new Set(refreshed.map(({ body }) => body.refreshToken)).size, 1);
  });

  it('ends for both when a refresh token turns out to be in two hands', async () => {
    const { refreshToken } = await logIn();
    const second = await refresh(refreshToken);
    const third = await refresh(second.body.refreshToken);
    assertRefusal(await refresh(refreshToken), [401, 'REFRESH_TOKEN_REUSED']);
    assertRefusal(await refresh(third.body.refreshToken), [401, 'SESSION_ENDED']);
  });

  it('is listed, and can be ended from another', async () => {
    const phone = await logInAsTester('the lost phone');
    const laptop = await logInAsTester('the laptop');
    const { body } = await laptop.api.get('/v1/auth/sessions');
    const sessions = body.sessions as { sessionId: string; current: boolean }[];
    assert.deepEqual(
      sessions.filter(({ current }) => current).map(({ sessionId }) => sessionId),
      [laptop.sessionId],
    );
    assert.ok(sessions.some(({ sessionId }) => sessionId === phone.sessionId));
    assert.equal((await laptop.api.delete(`/v1/auth/sessions/${phone.sessionId}`)).status, 200);
    assertRefusal(await refresh(phone.refreshToken), [401, 'SESSION_ENDED']);
    assertRefusal(await phone.api.get('/v1/auth/sessions'), [401, 'SESSION_ENDED']);
  });

  it('of somebody else looks as if it did not exist', async () => {
    const theirs = await logInAsTester('theirs');
    const mine = await logIn();
    const foreign = await mine.api.delete(`/v1/auth/sessions/${theirs.sessionId}`);
    assertRefusal(foreign, [404, 'SESSION_NOT_FOUND']);
    assert.deepEqual((await mine.api.delete(`/v1/auth/sessions/${crypto.randomUUID()}`)).body, foreign.body);
  });

  it('ends with a logout', async () => {
    const { api, refreshToken } = await logIn();
    assert.equal((await api.post('/v1/auth/logout', { body: {} })).status, 200);
    assertRefusal(await refresh(refreshToken), [401, 'SESSION_ENDED']);
  });

  it('is not opened by an access token in the place of a refresh token', async () => {
    const { accessToken } = await logInAsTester('curious');
    assert.equal(reasonOf(await refresh(accessToken)), 'REFRESH_TOKEN_INVALID');
  });
});

describe('the keys', () => {
  it('are public, without their private part, and include the one that signs next', async () => {
    const { status, body, headers } = await anybody.get('/.well-known/jwks.json');
    assert.equal(status, 200);
    assert.match(headers.get('cache-control') ?? '', /max-age=\d+/);
    const keys = body.keys as Record<string, string>[];
    assert.ok(keys.length >= 2);
    for (const key of keys) {
      assert.deepEqual([key.kty, key.crv, key.alg, key.use], ['EC', 'P-256', 'ES256', 'sig']);
      assert.equal(key.d, undefined);
    }
  });
});
