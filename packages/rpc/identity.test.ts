import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { createServiceIdentity, createTokenVerifier } from './index.ts';
import { makeKey } from './test/keys.ts';

const key = await makeKey('svc-offer');
const newIdentity = () => createServiceIdentity({ name: 'offer', privateJwk: key.privateJwk });

test('signs a token that its target accepts', async () => {
  const tokens = createTokenVerifier({ self: 'user', jwks: { keys: [] }, servicesJwks: { keys: [key.publicJwk] } });
  assert.equal(await tokens.verifyService(await newIdentity().tokenFor('user')), 'offer');
});

test('a token is made out to one target and lives for a minute', async () => {
  const token = await newIdentity().tokenFor('user');
  const { iss, aud, iat = 0, exp = 0 } = decodeJwt(token);
  assert.deepEqual({ iss, aud, lifetime: exp - iat }, { iss: 'svc:offer', aud: 'user', lifetime: 60 });
  assert.equal(decodeProtectedHeader(token).kid, 'svc-offer');
});

test('names its key even when the key file does not', async () => {
  const { kid: _, ...anonymousKey } = key.privateJwk;
  const token = await createServiceIdentity({ name: 'offer', privateJwk: anonymousKey }).tokenFor('user');
  assert.equal(decodeProtectedHeader(token).kid, 'svc-offer');
});

test('reuses a token for half a minute, per target, so that the receiver always gets half a minute of life', async (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() });
  const identity = newIdentity();
  const first = await identity.tokenFor('user');
  assert.notEqual(await identity.tokenFor('payment'), first);
  t.mock.timers.tick(29_000);
  assert.equal(await identity.tokenFor('user'), first);
  t.mock.timers.tick(2_000);
  assert.notEqual(await identity.tokenFor('user'), first);
});
