import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { create } from '@bufbuild/protobuf';
import { ValueSchema } from '@bufbuild/protobuf/wkt';
import { DomainError } from '@doffers/errors';
import { MobileService } from '@doffers/proto/mobile/v1/mobile_service';
import { startTestServer, type TestServer } from '@doffers/testkit';
import { fakeDeps } from '../test/fake-deps.ts';
import { createMobileHandlers } from './mobile-handlers.ts';

const signUp = { role: 'customer', phone: '8888888888', name: 'Asha', pincode: '560034', city: '', address: '' };
const text = (value: string) => create(ValueSchema, { kind: { case: 'stringValue', value } });
const number = (value: number) => create(ValueSchema, { kind: { case: 'numberValue', value } });

describe('MobileService over gRPC', () => {
  let deps: ReturnType<typeof fakeDeps>;
  let server: TestServer;
  before(async () => {
    const current = {
      get accounts() {
        return deps.accounts;
      },
      get people() {
        return deps.people;
      },
    };
    server = await startTestServer('mobile', (serve) => serve(MobileService, createMobileHandlers(current)));
  });
  after(() => server.stop());
  beforeEach(() => {
    deps = fakeDeps();
  });

  it('sends a code to whoever signs up, with what they told', async () => {
    const { success } = await server.anonymous(MobileService).signUp(signUp);
    assert.equal(success, true);
    const { role: _, phone, ...details } = signUp;
    assert.deepEqual(deps.sent, [{ phone, role: 'customer', details }]);
  });

  it('refuses a sign-up with a field missing or a PIN code that does not exist, and sends nothing', async () => {
    const app = server.anonymous(MobileService);
    for (const wrong of [{ name: ' ' }, { role: 'king' }, { pincode: '56003' }]) {
      await assert.rejects(app.signUp({ ...signUp, ...wrong }), { code: 'invalid_argument', reason: 'VALIDATION' });
    }
    const nowhere = app.signUp({ ...signUp, pincode: '999999' });
    await assert.rejects(nowhere, { code: 'invalid_argument', reason: 'PINCODE_UNKNOWN' });
    assert.deepEqual(deps.sent, []);
  });

  it('takes a code as text and as a number, and makes the profile of a new account', async () => {
    const { role: _, phone: __, ...details } = signUp;
    deps = fakeDeps(details);
    for (const otp of [text('012345'), number(12_345)]) {
      const answer = await server.anonymous(MobileService).verifyOtp({ role: 'customer', phone: '8888888888', otp });
      assert.deepEqual([answer.success, answer.token, answer.refreshToken], [true, 't', 'r']);
      assert.deepEqual([answer.user?.id, answer.user?.phone, answer.user?.role], ['u1', '8888888888', 'customer']);
    }
    assert.deepEqual(deps.profiles.get('u1'), details);
  });

  it('answers a wrong code as not logged in', async () => {
    const wrong = server.anonymous(MobileService).verifyOtp({ role: 'customer', phone: '8', otp: text('111111') });
    await assert.rejects(wrong, { code: 'unauthenticated', reason: 'OTP_INVALID' });
  });

  it('shows an account in the words of the app', async () => {
    const asha = await server.user(MobileService, { userId: 'u1', roles: ['shopkeeper'], audience: 'doffers-app' });
    const { user } = await asha.getMe({});
    assert.deepEqual(
      [user?.phone, user?.role, user?.approvalStatus, user?.createdAt],
      ['8888888888', 'shopkeeper', 'pending', '2026-11-23T06:00:00.000Z'],
    );
  });

  it('changes only what is sent', async () => {
    const asha = await server.user(MobileService, { userId: 'u1', audience: 'doffers-app' });
    await asha.updateMe({ address: ' 12, 80 Feet Road ' });
    assert.equal(deps.profiles.get('u1')?.address, '12, 80 Feet Road');
    await assert.rejects(asha.updateMe({ pincode: 'abc' }), { reason: 'VALIDATION' });
  });

  it('changes nothing for somebody who has logged out', async () => {
    const ended = new DomainError('unauthenticated', 'SESSION_ENDED', 'this login has ended: log in again');
    const fresh = fakeDeps();
    deps = { ...fresh, accounts: { ...fresh.accounts, read: () => Promise.reject(ended) } };
    const asha = await server.user(MobileService, { userId: 'u1', audience: 'doffers-app' });
    await assert.rejects(asha.updateMe({ address: 'elsewhere' }), { reason: 'SESSION_ENDED' });
    assert.equal(deps.profiles.size, 0);
  });

  it('lets a login succeed whose profile cannot be made at once', async () => {
    const { role: _, phone: __, ...details } = signUp;
    const fresh = fakeDeps(details);
    const away = new DomainError('unavailable', 'SERVICE_UNAVAILABLE', 'try again');
    deps = { ...fresh, people: { ...fresh.people, createProfile: () => Promise.reject(away) } };
    const login = { role: 'customer', phone: '8888888888', otp: text('012345') };
    assert.equal((await server.anonymous(MobileService).verifyOtp(login)).token, 't');
  });

  it('tells the last code as auth does, and an unknown code as a wrong form', async () => {
    const app = server.anonymous(MobileService);
    const last = await app.getLastOtp({ phone: '8888888888' });
    assert.deepEqual([last.success, last.otp, last.expiresAt], [true, '012345', '2026-11-23T06:05:00.000Z']);
    const none = app.verifyOtp({ role: 'customer', phone: '8888888888' });
    await assert.rejects(none, { code: 'invalid_argument', reason: 'VALIDATION' });
  });

  it('reads a PIN code with its areas', async () => {
    const place = await server.anonymous(MobileService).getPincode({ pincode: '560034' });
    assert.deepEqual([place.success, place.state, place.areas[0]?.name], [true, 'Karnataka', 'Koramangala']);
  });
});
