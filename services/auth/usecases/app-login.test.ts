import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Role } from '../domain/account.ts';
import { otpUnavailable } from '../domain/send-limits.ts';
import { fakeDeps, origin } from '../test/fake-deps.ts';
import { anAccount, aPhone } from '../test/samples.ts';
import { getLastOtp } from './get-last-otp.ts';
import { sendAppOtp } from './send-app-otp.ts';
import { verifyAppOtp } from './verify-otp.ts';

const phone = '9812345670';
const details = { name: 'Ravi', pincode: '560034', city: '', address: '5th Block' };

type Fake = ReturnType<typeof fakeDeps>;
const signUp = (deps: Fake, role: Role = 'customer') => sendAppOtp(deps, { phone, role, signUp: details, origin });
const logIn = (deps: Fake, role: Role = 'customer') => sendAppOtp(deps, { phone, role, signUp: undefined, origin });
const verify = (deps: Fake, role: Role = 'customer', code = deps.kept.sent.at(-1)?.code ?? '000000') =>
  verifyAppOtp(deps, { phone, code, role, origin });

describe('a sign-up in the app', () => {
  it('makes no account before the code is verified', async () => {
    const deps = fakeDeps();
    await signUp(deps);
    assert.equal(deps.kept.accounts.size, 0);
    const { created, account, signUp: told } = await verify(deps);
    assert.equal(created, true);
    assert.deepEqual(account.roles, ['customer']);
    assert.deepEqual(told, details);
    assert.deepEqual(deps.kept.events[0]?.payload, { userId: account.id, signUp: details });
  });

  it('gives the role that was asked for, and no other', async () => {
    const deps = fakeDeps();
    await signUp(deps, 'shopkeeper');
    const { account, tokens } = await verify(deps, 'shopkeeper');
    assert.deepEqual(account.roles, ['shopkeeper']);
    assert.deepEqual(JSON.parse(tokens.accessToken).roles, ['shopkeeper']);
  });

  it('logs a known number into the account that exists, whose details stay', async () => {
    const deps = fakeDeps();
    deps.kept.accounts.set(anAccount().id, anAccount());
    await signUp(deps);
    const login = await verify(deps);
    assert.deepEqual([login.created, login.account.id, login.signUp], [false, anAccount().id, undefined]);
    assert.equal(deps.kept.events.length, 0);
  });

  it('makes nothing when another role is verified than was signed up for', async () => {
    const deps = fakeDeps();
    await signUp(deps, 'customer');
    await assert.rejects(verify(deps, 'shopkeeper'), { reason: 'ROLE_MISMATCH' });
    assert.deepEqual([deps.kept.accounts.size, deps.kept.sessions.size, deps.kept.events.length], [0, 0, 0]);
  });

  it('is refused for administrators', async () => {
    const deps = fakeDeps();
    await assert.rejects(signUp(deps, 'admin'), { code: 'permission_denied', reason: 'ROLE_NOT_ALLOWED' });
    assert.equal(deps.kept.sent.length, 0);
  });
});

describe('a login in the app', () => {
  const known = (roles: readonly Role[] = ['customer']) => {
    const deps = fakeDeps();
    deps.kept.accounts.set(anAccount().id, anAccount({ roles }));
    return deps;
  };

  it('gives a token of seven days that carries the one role asked for', async () => {
    const deps = known(['customer', 'shopkeeper']);
    await logIn(deps, 'shopkeeper');
    const { tokens } = await verify(deps, 'shopkeeper');
    const { aud, roles, iat, exp } = JSON.parse(tokens.accessToken);
    assert.deepEqual([aud, roles, exp - iat], ['doffers-app', ['shopkeeper'], 7 * 24 * 3_600]);
  });

  it('answers an unknown number like a known one, but sends and accepts no code', async () => {
    const strangers = fakeDeps();
    const shape = async (deps: Fake) => {
      const { id, ...answer } = await logIn(deps);
      return { ...answer, idLength: id.length };
    };
    assert.deepEqual(await shape(strangers), await shape(known()));
    assert.equal(strangers.kept.sent.length, 0);
    await assert.rejects(verify(strangers), { code: 'unauthenticated', reason: 'OTP_INVALID' });
    await assert.rejects(getLastOtp(strangers, phone), { reason: 'OTP_NOT_FOUND' });
    assert.equal(strangers.kept.accounts.size, 0);
  });

  it('answers an unknown test number like any other unknown one', async () => {
    const deps = fakeDeps({ testCodes: new Map([[aPhone, '999999']]) });
    await logIn(deps);
    await assert.rejects(verify(deps, 'customer', '999999'), { reason: 'OTP_INVALID' });
  });

  it('tells of another role only when the number is proved', async () => {
    const deps = known(['shopkeeper']);
    await logIn(deps, 'customer');
    const code = deps.kept.sent[0]?.code ?? '';
    const other = code === '111111' ? '222222' : '111111';
    await assert.rejects(verify(deps, 'customer', other), { reason: 'OTP_INVALID' });
    await assert.rejects(verify(deps, 'customer', code), {
      code: 'failed_precondition',
      reason: 'ROLE_MISMATCH',
      message: /registered as shopkeeper/,
    });
  });

  it('takes the newest code only', async () => {
    const deps = known();
    await logIn(deps);
    const [first] = deps.kept.sent;
    await logIn(deps);
    if (first?.code !== deps.kept.sent[1]?.code) {
      await assert.rejects(verify(deps, 'customer', first?.code), { reason: 'OTP_INVALID' });
    }
    assert.equal((await verify(deps)).created, false);
  });

  it('does not tell by an error whether a number has an account, when codes cannot be sent', async () => {
    const deps = known();
    deps.kept.working = false;
    await logIn(deps);
    assert.deepEqual(deps.kept.counted, ['sent', 'undeliverable']);
    const assertWorking = () => {
      throw otpUnavailable();
    };
    for (const fake of [known(), fakeDeps()]) {
      const down = { ...fake, codes: { ...fake.codes, assertWorking } };
      await assert.rejects(logIn(down), { reason: 'OTP_UNAVAILABLE' });
    }
  });
});

describe('getLastOtp', () => {
  it('tells the last code in the sandbox, and nothing in production', async () => {
    const deps = fakeDeps();
    await signUp(deps);
    assert.equal((await getLastOtp(deps, phone)).code, deps.kept.sent[0]?.code);
    await assert.rejects(getLastOtp({ lastCodes: undefined }, phone), { code: 'not_found', reason: 'NOT_IN_SANDBOX' });
  });
});
