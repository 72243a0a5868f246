import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { sendRefused } from '../domain/send-limits.ts';
import { fakeDeps, origin } from '../test/fake-deps.ts';
import { anAccount, aPhone } from '../test/samples.ts';
import { codeMac } from './one-time-code.ts';
import { sendOtp } from './send-otp.ts';
import { verifyOtp } from './verify-otp.ts';

const phone = '98123 45670';
const send = (deps: ReturnType<typeof fakeDeps>) => sendOtp(deps, { phone, origin });
const lastCode = ({ kept }: ReturnType<typeof fakeDeps>) => kept.sent.at(-1)?.code ?? '';
const wrong = (code: string) => String((Number(code) + 1) % 1_000_000).padStart(6, '0');

/** Sends a code and answers what the person who reads it would tell back. */
async function asked(deps = fakeDeps()) {
  const { id: challengeId } = await send(deps);
  return { deps, challengeId, code: lastCode(deps), origin };
}

describe('sendOtp', () => {
  it('sends a code of six digits that holds for five minutes', async () => {
    const deps = fakeDeps();
    const { expiresAt, resendAt } = await send(deps);
    assert.match(lastCode(deps), /^\d{6}$/);
    assert.equal(deps.kept.sent[0]?.phone, aPhone);
    assert.equal(expiresAt.getTime() - deps.now().getTime(), 300_000);
    assert.equal(resendAt.getTime() - deps.now().getTime(), 30_000);
  });

  it('does the same for a number with an account as for one without, and makes none', async () => {
    const known = fakeDeps();
    known.kept.accounts.set(anAccount().id, anAccount({ blocked: true }));
    const unknown = fakeDeps();
    const shape = async (deps: ReturnType<typeof fakeDeps>) => {
      const { id, ...answer } = await send(deps);
      return { ...answer, idLength: id.length, sent: deps.kept.sent.length };
    };
    assert.deepEqual(await shape(known), await shape(unknown));
    assert.equal(unknown.kept.accounts.size, 0);
  });

  it('sends nothing beyond the limits', async () => {
    const deps = fakeDeps({ sendLimits: { take: async () => ({ limit: 'phone', retryAfterSeconds: 600 }) } });
    await assert.rejects(send(deps), { reason: sendRefused({ limit: 'phone', retryAfterSeconds: 600 }).reason });
    assert.equal(deps.kept.sent.length, 0);
    assert.deepEqual(deps.kept.counted, ['refused']);
  });

  it('says so when the code cannot be sent', async () => {
    const deps = fakeDeps();
    deps.kept.working = false;
    await assert.rejects(send(deps), { code: 'unavailable', reason: 'OTP_UNAVAILABLE' });
    assert.deepEqual(deps.kept.counted, ['undeliverable']);
  });

  it('gives a test number its fixed code without sending or counting it', async () => {
    const take = () => assert.fail('it was counted');
    const deps = fakeDeps({ testCodes: new Map([[aPhone, '999999']]), sendLimits: { take } });
    const { id: challengeId } = await send(deps);
    assert.equal(deps.kept.sent.length, 0);
    assert.equal((await verifyOtp(deps, { challengeId, code: '999999', origin })).created, true);
  });
});

describe('verifyOtp', () => {
  it('makes the account at the first login, announces it once, and finds it at the second', async () => {
    const first = await asked();
    const { deps } = first;
    const made = await verifyOtp(deps, first);
    assert.equal(made.created, true);
    assert.deepEqual(made.account.roles, ['customer']);
    const again = await verifyOtp(deps, await asked(deps));
    assert.equal(again.created, false);
    assert.equal(again.account.id, made.account.id);
    assert.notEqual(again.session.id, made.session.id);
    assert.deepEqual(
      deps.kept.events.map(({ topic, key }) => [topic, key]),
      [['user.created', made.account.id]],
    );
  });

  it('gives tokens that say who, in which session, as what, and nothing more', async () => {
    const { tokens, account, session } = await verifyOtp(...((a) => [a.deps, a] as const)(await asked()));
    const { iat, exp, ...claims } = JSON.parse(tokens.accessToken);
    assert.deepEqual(claims, {
      sub: account.id,
      sid: session.id,
      aud: 'doffers',
      roles: ['customer'],
      aal: 1,
      amr: ['otp'],
    });
    assert.equal(exp - iat, 600);
  });

  it('takes a code once', async () => {
    const input = await asked();
    await verifyOtp(input.deps, input);
    await assert.rejects(verifyOtp(input.deps, input), { reason: 'OTP_INVALID' });
  });

  it('refuses wrong, expired and made-up challenges with the same words', async () => {
    const input = await asked();
    const refusals: { code: string; reason: string; message: string }[] = [];
    const refused = (changes: object) =>
      assert.rejects(verifyOtp(input.deps, { ...input, ...changes }), (error: (typeof refusals)[number]) => {
        refusals.push({ code: error.code, reason: error.reason, message: error.message });
        return true;
      });
    await refused({ code: wrong(input.code) });
    await refused({ challengeId: 'made-up-made-up-made-up' });
    input.deps.now.advance(300_000);
    await refused({});
    assert.deepEqual(refusals[0], { ...refusals[0], code: 'unauthenticated', reason: 'OTP_INVALID' });
    assert.deepEqual(refusals[1], refusals[0]);
    assert.deepEqual(refusals[2], refusals[0]);
    assert.equal(input.deps.kept.accounts.size, 0);
  });

  it('refuses the right code after five wrong ones', async () => {
    const input = await asked();
    for (let n = 0; n < 5; n++) {
      await assert.rejects(verifyOtp(input.deps, { ...input, code: wrong(input.code) }), { reason: 'OTP_INVALID' });
    }
    await assert.rejects(verifyOtp(input.deps, input), { reason: 'OTP_INVALID' });
  });

  it('refuses a code that was made for the app', async () => {
    const deps = fakeDeps();
    const challenge = {
      id: 'c'.repeat(32),
      phone: aPhone,
      purpose: 'app-login',
      expiresAt: new Date('2027-01-01'),
    } as const;
    await deps.challenges.open(challenge, codeMac('pepper', challenge, '123456'));
    const input = { challengeId: challenge.id, code: '123456', origin };
    await assert.rejects(verifyOtp(deps, input), { reason: 'OTP_INVALID' });
  });

  it('takes a code made with the pepper before, and none made with one before that', async () => {
    const { deps, ...input } = await asked();
    await verifyOtp({ ...deps, otpPeppers: ['new pepper', 'pepper'] }, input);
    const later = await asked(deps);
    await assert.rejects(verifyOtp({ ...deps, otpPeppers: ['newest', 'new pepper'] }, later), {
      reason: 'OTP_INVALID',
    });
  });

  it('tells a blocked person so only when the number is proved, and lets nobody in', async () => {
    const { deps, ...input } = await asked();
    deps.kept.accounts.set(anAccount().id, anAccount({ blocked: true }));
    await assert.rejects(verifyOtp(deps, { ...input, code: wrong(input.code) }), { reason: 'OTP_INVALID' });
    await assert.rejects(verifyOtp(deps, input), { code: 'permission_denied', reason: 'USER_BLOCKED' });
    assert.equal(deps.kept.sessions.size, 0);
  });

  it('makes a customer of a shopkeeper who came by the app, but not of an administrator', async () => {
    for (const [held, expected] of [
      [['shopkeeper'], ['customer', 'shopkeeper']],
      [['admin'], ['admin']],
    ] as const) {
      const { deps, ...input } = await asked();
      deps.kept.accounts.set(anAccount().id, anAccount({ roles: held }));
      assert.deepEqual((await verifyOtp(deps, input)).account.roles, expected);
    }
  });

  it('leaves a trail of logins and refusals, with no more of the number than its end', async () => {
    const { deps, ...input } = await asked();
    await assert.rejects(verifyOtp(deps, { ...input, code: wrong(input.code) }));
    const { account, session } = await verifyOtp(deps, input);
    const trail = deps.kept.audit.map(({ action, subject, detail }) => [action, subject, detail]);
    assert.deepEqual(trail, [
      ['login.refused', '+91••••••5670', 'OTP_INVALID'],
      ['account.created', account.id, 'customer'],
      ['login', account.id, 'doffers'],
    ]);
    assert.equal(deps.kept.audit.at(-1)?.sessionId, session.id);
    assert.equal(deps.kept.audit.at(-1)?.clientAddress, '203.0.113.7');
  });
});
