import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { restClient, stackKeys, testServers } from '@doffers/testkit';
import { admin, anybody, newPhone, readCode } from './people.ts';
import { assertRefusal } from './refusal.ts';

const { gatewayUrl } = testServers();
const details = { name: 'Ravi', pincode: '560034', address: '5th Block' };

const signUp = (phone: string, changes: object = {}) =>
  anybody.post('/api/auth/signup', { body: { role: 'customer', phone, ...details, ...changes } });
const sendOtp = (phone: string, role = 'customer') => anybody.post('/api/auth/send-otp', { body: { role, phone } });
const verifyOtp = (phone: string, otp: unknown, role = 'customer') =>
  anybody.post('/api/auth/verify-otp', { body: { role, phone, otp } });

type AppUser = Record<'id' | 'phone' | 'role', string>;

/** Somebody who has just signed up, as the app knows them. */
async function newUser(role = 'customer') {
  const phone = newPhone();
  assert.equal((await signUp(phone, { role })).status, 200);
  const { status, body } = await verifyOtp(phone, await readCode(phone), role);
  assert.equal(status, 200, JSON.stringify(body));
  return { phone, user: body.user as AppUser, body, api: restClient(gatewayUrl, String(body.token)) };
}

describe('the app', () => {
  it('signs up, verifies, and finds what was told at once', async () => {
    const { phone, body, user, api } = await newUser();
    assert.equal(body.success, true);
    assert.deepEqual(user, { id: user.id, phone, role: 'customer' });
    assert.ok(typeof body.token === 'string' && typeof body.refreshToken === 'string');
    const me = await api.get('/api/auth/me');
    const { createdAt, ...rest } = me.body.user as Record<string, string>;
    assert.match(createdAt ?? '', /^\d{4}-\d\d-\d\dT.*Z$/);
    assert.deepEqual([me.status, me.body.success], [200, true]);
    const place = { city: 'Bengaluru Urban', state: 'Karnataka' };
    assert.deepEqual(rest, { id: user.id, phone, role: 'customer', ...details, ...place, approvalStatus: 'approved' });
  });

  it('sends its token in either header, and the code as a number', async () => {
    const phone = newPhone();
    await signUp(phone);
    const { body } = await verifyOtp(phone, Number(await readCode(phone)));
    const headers = { 'x-access-token': String(body.token) };
    assert.equal((await anybody.get('/api/auth/me', { headers })).status, 200);
  });

  it('makes no account before the code is verified', async () => {
    const phone = newPhone();
    await signUp(phone);
    // A second sign-up of the number would have to wait; a login of it is as unknown as before.
    assertRefusal(await verifyOtp(phone, '000000'), [401, 'OTP_INVALID']);
    assert.equal((await verifyOtp(phone, await readCode(phone))).status, 200);
  });

  it('is told nothing of who has an account', async () => {
    const { phone } = await newUser();
    const stranger = newPhone();
    await signUp('8888888888');
    await verifyOtp('8888888888', '888888'); // a test number, which need not wait, has an account from here on
    const known = await sendOtp('8888888888');
    const unknown = await sendOtp(stranger);
    assert.deepEqual([unknown.status, unknown.body], [known.status, known.body]);
    assertRefusal(await verifyOtp(stranger, '123456'), [401, 'OTP_INVALID']);
    await assert.rejects(readCode(stranger, { timeoutMs: 500 }), /no code/);
    assertRefusal(await sendOtp(phone), [429, 'OTP_TOO_SOON']);
  });

  it('is told of another role once the number is proved, in words for a person', async () => {
    const phone = newPhone();
    await signUp(phone, { role: 'shopkeeper' });
    const mismatch = await verifyOtp(phone, await readCode(phone), 'customer');
    assertRefusal(mismatch, [400, 'ROLE_MISMATCH']);
    assert.match(String(mismatch.body.message), /shopkeeper/);
  });

  it('shows a shopkeeper that an approval is due', async () => {
    const { api, user } = await newUser('shopkeeper');
    assert.equal(user.role, 'shopkeeper');
    assert.equal(((await api.get('/api/auth/me')).body.user as Record<string, string>).approvalStatus, 'pending');
  });

  it('is refused in words for a person when something is missing or wrong', async () => {
    const phone = newPhone();
    for (const [changes, reason] of [
      [{ name: '' }, 'VALIDATION'],
      [{ role: '' }, 'VALIDATION'],
      [{ phone: '' }, 'PHONE_INVALID'],
      [{ phone: '12345' }, 'PHONE_INVALID'],
      [{ pincode: '' }, 'VALIDATION'],
      [{ pincode: '999999' }, 'PINCODE_UNKNOWN'],
    ] as const) {
      assertRefusal(await signUp(phone, changes), [400, reason]);
    }
    assertRefusal(await signUp(phone, { role: 'admin' }), [403, 'ROLE_NOT_ALLOWED']);
    await assert.rejects(readCode(phone, { timeoutMs: 500 }), /no code/);
  });

  it('changes what it sends and nothing else', async () => {
    const { api } = await newUser();
    const { status, body } = await api.put('/api/auth/me', { body: { pincode: '400001' } });
    const user = body.user as Record<string, string>;
    assert.deepEqual([status, user.name, user.address], [200, 'Ravi', '5th Block']);
    assert.deepEqual([user.pincode, user.state], ['400001', 'Maharashtra']);
    assertRefusal(await api.put('/api/auth/me', { body: { pincode: '999999' } }), [400, 'PINCODE_UNKNOWN']);
    assertRefusal(await anybody.get('/api/auth/me'), [401, 'TOKEN_MISSING']);
  });

  it('refreshes like everybody else, and is out at once after a logout', async () => {
    const { body } = await newUser();
    const refreshed = await anybody.post('/v1/auth/tokens:refresh', { body: { refreshToken: body.refreshToken } });
    assert.equal(refreshed.status, 200);
    const api = restClient(gatewayUrl, String(refreshed.body.accessToken));
    assert.equal((await api.get('/api/auth/me')).status, 200);
    const sid = String(refreshed.body.sessionId);
    const { userId } = refreshed.body;
    const keys = stackKeys();
    const v1 = await keys.user({ userId: String(userId), sessionId: sid, roles: ['customer'] });
    assert.equal((await restClient(gatewayUrl, v1).post('/v1/auth/logout', { body: {} })).status, 200);
    assertRefusal(await api.get('/api/auth/me'), [401, 'SESSION_ENDED']);
    assertRefusal(await api.put('/api/auth/me', { body: { name: 'Late' } }), [401, 'SESSION_ENDED']);
  });

  it('reads a PIN code in its own form', async () => {
    const { status, body } = await anybody.get('/api/meta/pincode/560034');
    assert.deepEqual([status, body.success, body.state], [200, true, 'Karnataka']);
    assert.deepEqual((body.areas as object[])[0], { name: 'Koramangala', district: 'Bengaluru Urban', block: '' });
    assertRefusal(await anybody.get('/api/meta/pincode/999999'), [400, 'PINCODE_UNKNOWN']);
    assertRefusal(await anybody.get('/api/meta/pincode/12'), [400, 'VALIDATION']);
  });

  it('reads the last code in the sandbox', async () => {
    const phone = newPhone();
    await signUp(phone);
    const { body } = await anybody.get(`/api/auth/dev/last-otp?phone=${phone}`);
    assert.deepEqual([body.success, body.otp], [true, await readCode(phone)]);
    assertRefusal(await anybody.get(`/api/auth/dev/last-otp?phone=${newPhone()}`), [404, 'OTP_NOT_FOUND']);
  });

  it('is not let in by the tokens of the platform’s own surface', async () => {
    const status = (await (await admin()).get('/api/auth/me')).status;
    assert.equal(status, 401);
  });

  it('is answered when it asks for health', async () => {
    assert.deepEqual((await anybody.get('/api/health')).body, { status: 'ok' });
  });
});
