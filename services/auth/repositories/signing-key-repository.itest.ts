import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Database } from '@doffers/database';
import { createTokenVerifier } from '@doffers/rpc';
import { fixedClock } from '@doffers/testkit';
import { exportJWK, generateKeyPair } from 'jose';
import { cipher, openTestDatabase } from '../test/servers.ts';
import { createKeyRing, type KeyRing } from '../usecases/key-ring.ts';
import { ensureSigningKey, rotateSigningKeys } from '../usecases/rotate-signing-keys.ts';
import { createAuthStore } from './auth-store.ts';
import { createSigningKeyRepository } from './signing-key-repository.ts';

const minute = 60_000;
const day = 24 * 60 * minute;

describe('the keys of access tokens', () => {
  let db: Database;
  let close: () => Promise<void>;
  const now = fixedClock(new Date());
  before(async () => {
    ({ db, close } = await openTestDatabase());
  });
  after(() => close());

  /** One process of the auth service. */
  function newProcess() {
    const signingKeys = createSigningKeyRepository(db, cipher);
    const stale: unknown[] = [];
    const keys = createKeyRing({ keys: signingKeys, now, onStale: (error) => stale.push(error) });
    return { signingKeys, keys, store: createAuthStore(db, cipher), now, stale };
  }
  const states = async () => (await newProcess().signingKeys.list()).map(({ state }) => state).toSorted();
  const token = (keys: KeyRing) =>
    keys.sign({
      sub: 'u1',
      sid: 's1',
      roles: ['customer'],
      aal: 1,
      aud: 'doffers',
      iat: Math.floor(Date.now() / 1_000),
      exp: Math.floor(Date.now() / 1_000) + 600,
    });
  const verify = async (signed: string, by: KeyRing) =>
    createTokenVerifier({ self: 'user', jwks: await by.published(), servicesJwks: { keys: [] } }).verifyUser(signed);

  it('begin with the one that set-up made, once, however many processes start', async () => {
    const { privateKey } = await generateKeyPair('ES256', { extractable: true });
    const given = { ...(await exportJWK(privateKey)), kid: 'made-by-set-up' };
    await Promise.all(Array.from({ length: 5 }, () => ensureSigningKey(newProcess(), given)));
    const all = await newProcess().signingKeys.list();
    assert.deepEqual(
      all.map(({ id, state }) => [id, state]),
      [['made-by-set-up', 'current']],
    );
  });

  it('are kept encrypted and published without their private part', async () => {
    const [key] = await newProcess().signingKeys.list();
    const [row] = await db.query('SELECT private_jwk FROM signing_key');
    assert.ok(key?.privateJwk.d && !row.private_jwk.includes(key.privateJwk.d));
    const { keys } = await newProcess().keys.published();
    assert.deepEqual(Object.keys(keys[0] ?? {}).toSorted(), ['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y']);
  });

  it('sign tokens that every service accepts', async () => {
    const { keys } = newProcess();
    const { kind, userId, sessionId, roles, audience } = await verify(await token(keys), keys);
    assert.deepEqual([kind, userId, sessionId, roles, audience], ['user', 'u1', 's1', ['customer'], 'doffers']);
  });

  it('follow each other without logging anybody out', async () => {
    const one = newProcess();
    const other = newProcess();
    const before = await token(one.keys);
    const rotate = (atOnce = false) => rotateSigningKeys(one, { atOnce, actorId: undefined });

    await rotate();
    assert.deepEqual(await states(), ['current', 'next']);
    now.advance(30_000); // by then every process has heard
    const verifierKeys = await other.keys.published();

    now.advance(20 * minute);
    await rotate(true);
    assert.deepEqual(await states(), ['current', 'next', 'previous']);
    const afterwards = await token(one.keys);
    const old = createTokenVerifier({ self: 'user', jwks: verifierKeys, servicesJwks: { keys: [] } });
    await old.verifyUser(afterwards); // a verifier that has not read the keys since knows the new one already
    await verify(before, one.keys);

    now.advance(7 * day + 2 * minute);
    await rotate();
    assert.deepEqual(await states(), ['current', 'next']);
    await assert.rejects(verify(before, one.keys), { reason: 'TOKEN_INVALID' });
    await verify(await token(one.keys), one.keys);
  });

  it('are moved one step by parallel rotations, and there is never more than one that signs', async () => {
    for (let month = 0; month < 10; month++) {
      now.advance(31 * day);
      const rotate = () => rotateSigningKeys(newProcess(), { atOnce: false, actorId: undefined });
      await Promise.all(Array.from({ length: 5 }, rotate));
      assert.deepEqual(await states(), ['current', 'next', 'previous']);
    }
  });

  it('go on serving from memory while the database is away', async () => {
    const { signingKeys } = newProcess();
    let away = false;
    const list = () => (away ? Promise.reject(new Error('away')) : signingKeys.list());
    const stale: unknown[] = [];
    const keys = createKeyRing({ keys: { list }, now, onStale: (error) => stale.push(error) });
    const published = await keys.published();
    away = true;
    now.advance(minute);
    assert.deepEqual(await keys.published(), published);
    assert.equal(stale.length, 1);
    await assert.rejects(createKeyRing({ keys: { list }, now, onStale: () => {} }).published(), /away/);
  });
});
