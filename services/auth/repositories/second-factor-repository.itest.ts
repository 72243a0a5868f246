import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { newId } from '@doffers/database';
import { noSecondFactor } from '../domain/second-factor.ts';
import { fakeDeps, origin } from '../test/fake-deps.ts';
import { cipher, openTestDatabase } from '../test/servers.ts';
import { confirmTotp, enrollTotp } from '../usecases/second-factor.ts';
import { newTotpSecret, totpCode } from '../usecases/totp.ts';
import { type AuthStore, createAuthStore } from './auth-store.ts';

describe('second factors in the database', () => {
  let place: Awaited<ReturnType<typeof openTestDatabase>>;
  let store: AuthStore;
  before(async () => {
    place = await openTestDatabase();
    store = createAuthStore(place.db, cipher);
  });
  after(() => place.close());
  const { now } = fakeDeps();

  it('come back as they were stored, and show no secret to who reads the tables', async () => {
    const secret = newTotpSecret();
    const factor = { ...noSecondFactor(newId()), secret, pendingSecret: newTotpSecret(), lastStep: 59_000_000 };
    await store.secondFactors.save(factor, now());
    assert.deepEqual(await store.secondFactors.find(factor.accountId), factor);
    await store.secondFactors.save({ ...factor, pendingSecret: undefined, failures: 2, lockedUntil: now() }, now());
    assert.deepEqual(await store.secondFactors.find(factor.accountId), {
      ...factor,
      pendingSecret: undefined,
      failures: 2,
      lockedUntil: now(),
    });
    const [row] = await place.db.query('SELECT * FROM second_factor');
    assert.equal(Buffer.concat(Object.values(row).filter(Buffer.isBuffer)).includes(secret), false);
  });

  it('give each recovery code once, however many ask at once', async () => {
    const id = newId();
    await store.secondFactors.replaceRecoveryCodes(id, ['ABCDE12345', 'FGHJK67890']);
    const used = await Promise.all(
      Array.from({ length: 10 }, () => store.secondFactors.useRecoveryCode(id, 'abcde-12345')),
    );
    assert.equal(used.filter(Boolean).length, 1);
    assert.equal(await store.secondFactors.useRecoveryCode(newId(), 'FGHJK67890'), false);
    await store.secondFactors.replaceRecoveryCodes(id, ['00000AAAAA']);
    assert.equal(await store.secondFactors.useRecoveryCode(id, 'FGHJK67890'), false);
  });

  it('count every one of ten parallel wrong codes until they lock, and take a right one once', async () => {
    const phone = '+919812345678' as Parameters<AuthStore['accounts']['findByPhone']>[0];
    const fresh = { id: newId(), phone, roles: [], blocked: false, createdAt: now() };
    const { account } = await store.accounts.findOrCreate(fresh);
    const deps = { store, now };
    const { secret } = await enrollTotp(deps, { userId: account.id, aal: 1 });
    const code = totpCode(secret, Math.floor(now().getTime() / 30_000));
    const confirm = (typed: string) => confirmTotp(deps, { userId: account.id, code: typed, origin });
    const right = await Promise.allSettled(Array.from({ length: 5 }, () => confirm(code)));
    assert.equal(right.filter(({ status }) => status === 'fulfilled').length, 1);
    await enrollTotp(deps, { userId: account.id, aal: 2 });
    const wrong = await Promise.allSettled(Array.from({ length: 10 }, () => confirm('000000')));
    const reasons = wrong.map((result) => (result.status === 'rejected' ? result.reason.reason : 'taken'));
    const count = (reason: string) => reasons.filter((one) => one === reason).length;
    assert.deepEqual([count('TOTP_INVALID'), count('TOTP_LOCKED')], [5, 5]);
  });
});
