import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parsePhone } from '../domain/phone.ts';
import { fakeDeps, origin } from '../test/fake-deps.ts';
import { logIn } from './log-in.ts';
import { refreshTokens } from './refresh-tokens.ts';
import { confirmTotp, enrollTotp, type Holder, verifyTotp } from './second-factor.ts';
import { totpCode } from './totp.ts';

const phone = parsePhone('9876543210');
const login = { phone, audience: 'doffers', role: undefined, signUp: undefined, origin } as const;

async function anAdmin() {
  const deps = fakeDeps();
  const { session, account } = await logIn(deps, login);
  await deps.store.accounts.addRole(account.id, 'admin', deps.now());
  const holder: Holder = { userId: account.id, sessionId: session.id, aal: 1 };
  const codeOf = (secret: string, later = 0) => totpCode(secret, Math.floor(deps.now().getTime() / 30_000) + later);
  const verify = (code: string) => verifyTotp(deps, { holder, code, origin });
  return { deps, holder, codeOf, verify };
}

/** An administrator whose app is set up. */
async function anEnrolled() {
  const person = await anAdmin();
  const { secret } = await enrollTotp(person.deps, person.holder);
  const codes = await confirmTotp(person.deps, { userId: person.holder.userId, code: person.codeOf(secret), origin });
  return { ...person, secret, codes };
}

const aalOf = ({ tokens }: { tokens: { accessToken: string } }) =>
  (JSON.parse(tokens.accessToken) as { aal: number }).aal;

describe('an authenticator app', () => {
  it('is nothing until a code of it was typed in', async () => {
    const { deps, holder, verify, codeOf } = await anAdmin();
    await assert.rejects(verify('123456'), { reason: 'TOTP_NOT_ENROLLED' });
    const { secret } = await enrollTotp(deps, holder);
    await assert.rejects(verify(codeOf(secret)), { reason: 'TOTP_NOT_ENROLLED' });
    await assert.rejects(confirmTotp(deps, { userId: holder.userId, code: codeOf(secret, 5), origin }), {
      reason: 'TOTP_INVALID',
    });
    const codes = await confirmTotp(deps, { userId: holder.userId, code: codeOf(secret), origin });
    assert.equal(new Set(codes).size, 10);
  });

  it('raises the login, its refreshes too, for twelve hours', async () => {
    const { deps, secret, codeOf, verify } = await anEnrolled();
    const raised = await verify(codeOf(secret, 1));
    assert.equal(aalOf(raised), 2);
    const refreshed = await refreshTokens(deps, { refreshToken: raised.tokens.refreshToken, origin });
    assert.equal(aalOf(refreshed), 2);
    assert.equal(aalOf(await logIn(deps, login)), 1, 'another login proves nothing yet');
    deps.now.advance(12 * 3_600_000);
    assert.equal(aalOf(await refreshTokens(deps, { refreshToken: refreshed.tokens.refreshToken, origin })), 1);
  });

  it('takes each code once', async () => {
    const { secret, codeOf, verify } = await anEnrolled();
    await assert.rejects(verify(codeOf(secret)), { reason: 'TOTP_INVALID' }); // confirmed the enrolment
    await verify(codeOf(secret, 1));
    await assert.rejects(verify(codeOf(secret, 1)), { reason: 'TOTP_INVALID' });
  });

  it('is locked for a quarter of an hour by the fifth wrong code, for the right one as well', async () => {
    const { deps, secret, codeOf, verify } = await anEnrolled();
    for (let n = 0; n < 5; n++) await assert.rejects(verify('000000'), { reason: 'TOTP_INVALID' });
    await assert.rejects(verify(codeOf(secret, 1)), { reason: 'TOTP_LOCKED', retryAfterSeconds: 900 });
    deps.now.advance(900_000);
    assert.equal(aalOf(await verify(codeOf(secret))), 2);
  });

  it('is replaced only by a login that was confirmed with it', async () => {
    const { deps, holder, secret, codeOf, verify } = await anEnrolled();
    await assert.rejects(enrollTotp(deps, holder), { reason: 'SECOND_FACTOR_REQUIRED' });
    const next = await enrollTotp(deps, { ...holder, aal: 2 });
    assert.equal(aalOf(await verify(codeOf(secret, 1))), 2, 'the old one is good until the new one is confirmed');
    deps.now.advance(60_000);
    await confirmTotp(deps, { userId: holder.userId, code: codeOf(next.secret), origin });
    await assert.rejects(verify(codeOf(secret, 1)), { reason: 'TOTP_INVALID' });
  });

  it('leaves a trace of each use and each refusal, without a code in it', async () => {
    const { deps, secret, codeOf, verify } = await anEnrolled();
    await assert.rejects(verify('000000'));
    await verify(codeOf(secret, 1));
    const trail = deps.kept.audit.map(({ action }) => action).filter((action) => action.startsWith('second-factor'));
    assert.deepEqual(trail, ['second-factor.set-up', 'second-factor.refused', 'second-factor.used']);
  });
});

describe('a recovery code', () => {
  it('is good once in place of the app, however it is written', async () => {
    const { codes, verify } = await anEnrolled();
    const [first = ''] = codes;
    const written = `${first.slice(0, 5).toLowerCase()}-${first.slice(5)}`;
    assert.equal(aalOf(await verify(written)), 2);
    await assert.rejects(verify(first), { reason: 'TOTP_INVALID' });
  });
});

describe('in production', () => {
  it('an administrator without a second factor is refused at login and at refresh; others are not', async () => {
    const { deps, holder, codeOf } = await anAdmin();
    const production = { ...deps, adminsNeedSecondFactor: true };
    const { tokens } = await logIn(deps, login);
    await assert.rejects(logIn(production, login), { reason: 'SECOND_FACTOR_MISSING' });
    const { refreshToken } = tokens;
    await assert.rejects(refreshTokens(production, { refreshToken, origin }), { reason: 'SECOND_FACTOR_MISSING' });
    await logIn(production, { ...login, phone: parsePhone('9876543211') });
    const { secret } = await enrollTotp(deps, holder);
    await confirmTotp(deps, { userId: holder.userId, code: codeOf(secret), origin });
    assert.equal(aalOf(await logIn(production, login)), 1);
  });
});
