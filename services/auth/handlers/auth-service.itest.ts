import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { newId } from '@doffers/database';
import { Role } from '@doffers/proto/access/v1/access';
import { AuthService, SigningKey_State } from '@doffers/proto/auth/v1/auth_service';
import { createTokenVerifier } from '@doffers/rpc';
import { startTestServer, type TestServer, testRedis } from '@doffers/testkit';
import { type Phone, parsePhone } from '../domain/phone.ts';
import { createAuthStore } from '../repositories/auth-store.ts';
import { createChallengeRepository } from '../repositories/challenge-repository.ts';
import { createLastCodeRepository } from '../repositories/last-code-repository.ts';
import { createSendLimitRepository } from '../repositories/send-limit-repository.ts';
import { createSigningKeyRepository } from '../repositories/signing-key-repository.ts';
import { cipher, openTestDatabase } from '../test/servers.ts';
import { createKeyRing, type KeyRing } from '../usecases/key-ring.ts';
import { ensureSigningKey } from '../usecases/rotate-signing-keys.ts';
import { createAuthHandlers } from './auth-handlers.ts';

describe('the auth service', () => {
  let server: TestServer;
  let keys: KeyRing;
  let stop: () => Promise<void>;
  const sent = new Map<Phone, string>();
  before(async () => {
    const database = await openTestDatabase();
    const place = testRedis('auth');
    const now = () => new Date();
    const store = createAuthStore(database.db, cipher);
    const signingKeys = createSigningKeyRepository(database.db, cipher);
    keys = createKeyRing({ keys: signingKeys, now, onStale: () => {} });
    await ensureSigningKey({ signingKeys, keys, store, now }, undefined);
    const limits = { perPhoneHour: 1_000, perPhoneDay: 1_000, perAddressHour: 0, perNetworkHour: 0, perHour: 1_000 };
    const sendLimits = createSendLimitRepository(place.redis, cipher, limits);
    const handlers = createAuthHandlers({
      store,
      signingKeys,
      keys,
      now,
      newId,
      challenges: createChallengeRepository(place.redis, cipher),
      sendLimits,
      lastCodes: createLastCodeRepository(place.redis, cipher),
      revocations: { add: async () => {} },
      otpPeppers: ['pepper'],
      refreshKey: Buffer.alloc(32, 'refresh'),
      adminsNeedSecondFactor: false,
      testCodes: new Map(['9999999999', '8888888888'].map((phone) => [parsePhone(phone), '999999'])),
      countOtp: () => {},
      codes: {
        send: async (phone, code) => void sent.set(phone, code),
        sendInBackground: (phone, code) => void sent.set(phone, code),
        assertWorking: () => {},
        close: async () => {},
      },
    });
    server = await startTestServer('auth', (serve) => serve(AuthService, handlers));
    stop = async () => {
      await server.stop();
      await place.close();
      await database.close();
    };
  });
  after(() => stop());

  let numbers = 0;
  const newPhone = () => parsePhone(String(9_500_000_000 + ++numbers));
  const logIn = async (phone = newPhone()) => {
    const auth = server.anonymous(AuthService);
    const { challengeId } = await auth.sendOtp({ phone });
    return auth.verifyOtp({ challengeId, code: sent.get(phone) ?? '' });
  };
  /** Test numbers may log in again without waiting. */
  const logInAsTester = async (phone: string) => {
    const auth = server.anonymous(AuthService);
    const { challengeId } = await auth.sendOtp({ phone });
    return auth.verifyOtp({ challengeId, code: '999999' });
  };
  const callerOf = async (accessToken: string) => {
    const verifier = createTokenVerifier({ self: 'auth', jwks: await keys.published(), servicesJwks: { keys: [] } });
    return verifier.verifyUser(accessToken);
  };

  it('logs a person in by a code and proves it to other services', async () => {
    const phone = newPhone();
    const first = await logIn(phone);
    assert.equal(first.newAccount, true);
    const { userId, sessionId, roles, aal, audience } = await callerOf(first.accessToken);
    assert.deepEqual([userId, sessionId], [first.userId, first.sessionId]);
    assert.deepEqual([roles, aal, audience], [['customer'], 1, 'doffers']);
  });

  it('refuses a number in words for a person, however wrong it is', async () => {
    for (const phone of ['', '12345', '+1 415 555 0123', '1800 123 456']) {
      await assert.rejects(server.anonymous(AuthService).sendOtp({ phone }), {
        code: 'invalid_argument',
        reason: 'PHONE_INVALID',
        message: 'enter an Indian mobile number of ten digits',
      });
    }
  });

  it('accepts one of twenty parallel right answers', async () => {
    const auth = server.anonymous(AuthService);
    const phone = newPhone();
    const { challengeId } = await auth.sendOtp({ phone });
    const code = sent.get(phone) ?? '';
    const results = await Promise.allSettled(Array.from({ length: 20 }, () => auth.verifyOtp({ challengeId, code })));
    assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1);
    for (const result of results) if (result.status === 'rejected') assert.equal(result.reason.reason, 'OTP_INVALID');
  });

  it('makes one account of parallel first logins with different codes', async () => {
    const logins = await Promise.all(Array.from({ length: 5 }, () => logInAsTester('9999999999')));
    assert.equal(new Set(logins.map(({ userId }) => userId)).size, 1);
    assert.equal(logins.filter(({ newAccount }) => newAccount).length, 1);
    assert.equal(new Set(logins.map(({ sessionId }) => sessionId)).size, 5);
  });

  it('gives twenty parallel refreshes of one token the same new token', async () => {
    const { refreshToken, sessionId } = await logIn();
    const auth = server.anonymous(AuthService);
    const refreshed = await Promise.all(Array.from({ length: 20 }, () => auth.refreshTokens({ refreshToken })));
    assert.equal(new Set(refreshed.map((tokens) => tokens.refreshToken)).size, 1);
    assert.notEqual(refreshed[0]?.refreshToken, refreshToken);
    for (const tokens of refreshed) assert.equal(tokens.sessionId, sessionId);
  });

  it('ends the session when a token two generations old comes back', async () => {
    const { refreshToken } = await logIn();
    const auth = server.anonymous(AuthService);
    const second = await auth.refreshTokens({ refreshToken });
    const third = await auth.refreshTokens({ refreshToken: second.refreshToken });
    await assert.rejects(auth.refreshTokens({ refreshToken }), { reason: 'REFRESH_TOKEN_REUSED' });
    await assert.rejects(auth.refreshTokens({ refreshToken: third.refreshToken }), { reason: 'SESSION_ENDED' });
  });

  it('takes neither kind of token for the other', async () => {
    const { accessToken, refreshToken } = await logIn();
    const auth = server.anonymous(AuthService);
    await assert.rejects(auth.refreshTokens({ refreshToken: accessToken }), { reason: 'REFRESH_TOKEN_INVALID' });
    await assert.rejects(callerOf(refreshToken), { reason: 'TOKEN_INVALID' });
  });

  it('lists and ends sessions, and stops serving the one that is ended', async () => {
    const [one, two] = [await logInAsTester('8888888888'), await logInAsTester('8888888888')];
    const me = await server.user(AuthService, one);
    const { sessions } = await me.listSessions({});
    assert.deepEqual(
      sessions.map(({ sessionId, current }) => [sessionId, current]),
      [
        [two.sessionId, false],
        [one.sessionId, true],
      ],
    );
    await me.deleteSession({ sessionId: two.sessionId });
    await assert.rejects(server.anonymous(AuthService).refreshTokens({ refreshToken: two.refreshToken }), {
      reason: 'SESSION_ENDED',
    });
    await assert.rejects(me.deleteSession({ sessionId: randomUUID() }), { code: 'not_found' });
    await me.logout({});
    await assert.rejects(me.listSessions({}), { code: 'unauthenticated', reason: 'SESSION_ENDED' });
  });

  it('grants roles to services only', async () => {
    const { userId } = await logIn();
    const grant = { userId, role: Role.SHOPKEEPER };
    await assert.rejects(server.anonymous(AuthService).grantRole(grant), /INTERNAL_ONLY/);
    const admin = await server.user(AuthService, { userId, roles: ['admin'] });
    await assert.rejects(admin.grantRole(grant), /INTERNAL_ONLY/);
    const account = await server.service(AuthService).grantRole(grant);
    assert.deepEqual(account.roles, [Role.CUSTOMER, Role.SHOPKEEPER]);
    assert.deepEqual((await server.service(AuthService).getAccount({ userId })).roles, account.roles);
  });

  it('carries a sign-up of the app from its first word to its account', async () => {
    const phone = newPhone();
    const service = server.service(AuthService);
    const signUp = { name: 'Ravi', pincode: '560034', city: '', address: '5th Block' };
    await service.sendAppOtp({ phone: phone.slice(3), role: Role.SHOPKEEPER, signUp });
    const told = { phone: phone.slice(3), code: sent.get(phone) ?? '', role: Role.SHOPKEEPER };
    const login = await service.verifyAppOtp(told);
    assert.deepEqual([login.newAccount, login.role, login.signUp?.name], [true, Role.SHOPKEEPER, 'Ravi']);
    const { audience, roles } = await callerOf(login.accessToken);
    assert.deepEqual([audience, roles], ['doffers-app', ['shopkeeper']]);
    await assert.rejects(service.verifyAppOtp(told), { reason: 'OTP_INVALID' });
    assert.equal((await service.getLastOtp({ phone })).code, told.code);
  });

  it('publishes a next key on the first rotation', async () => {
    const { keys: all } = await server.service(AuthService).rotateSigningKeys({});
    assert.deepEqual(
      all.map(({ state }) => state),
      [SigningKey_State.CURRENT, SigningKey_State.NEXT],
    );
  });
});
