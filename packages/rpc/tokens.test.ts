import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { DomainError } from '@doffers/errors';
import { base64url, SignJWT } from 'jose';
import { createTokenVerifier } from './index.ts';
import { makeKey, nowSeconds, serviceClaims, sign, userClaims } from './test/keys.ts';

const access = await makeKey('access-1');
const stranger = await makeKey('access-1'); // claims the id of a key that it is not
const unknown = await makeKey('access-2');
const offer = await makeKey('svc-offer');
const payment = await makeKey('svc-payment');

const newVerifier = () =>
  createTokenVerifier({
    self: 'user',
    jwks: { keys: [access.publicJwk] },
    servicesJwks: { keys: [offer.publicJwk, payment.publicJwk] },
  });
const verifier = newVerifier();

async function refusalOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    assert.ok(error instanceof DomainError, String(error));
    return `${error.code} ${error.reason}`;
  }
  return 'accepted';
}

const ofUser = async (token: string | Promise<string>) => refusalOf(verifier.verifyUser(await token));
const ofService = async (token: string | Promise<string>) => refusalOf(verifier.verifyService(await token));
const invalid = 'unauthenticated TOKEN_INVALID';
const serviceInvalid = 'unauthenticated SERVICE_TOKEN_INVALID';

test('answers the person that an access token proves', async () => {
  const token = await sign(access, userClaims({ roles: ['customer', 'admin'], aal: 2, aud: 'doffers-app' }));
  assert.deepEqual(await verifier.verifyUser(token), {
    kind: 'user',
    userId: 'u-1',
    sessionId: 's-1',
    roles: ['customer', 'admin'],
    aal: 2,
    audience: 'doffers-app',
  });
});

test('ignores a role that this version does not know, but not a token without any known one', async () => {
  const { roles } = await verifier.verifyUser(await sign(access, userClaims({ roles: ['customer', 'auditor'] })));
  assert.deepEqual(roles, ['customer']);
  assert.equal(await ofUser(sign(access, userClaims({ roles: ['auditor'] }))), invalid);
});

test('tells an expired token from an invalid one, so that a client knows to refresh', async () => {
  const past = nowSeconds() - 60;
  assert.equal(await ofUser(sign(access, userClaims({ exp: past }))), 'unauthenticated TOKEN_EXPIRED');
});

test('forgives clocks that differ by a few seconds', async () => {
  assert.equal(await ofUser(sign(access, userClaims({ exp: nowSeconds() - 2 }))), 'accepted');
});

const wrongUserTokens: Record<string, () => string | Promise<string>> = {
  'is not a token at all': () => 'abc',
  'is signed by another key under the same id': () => sign(stranger, userClaims()),
  'is signed by an unknown key': () => sign(unknown, userClaims()),
  'is of another issuer': () => sign(access, userClaims({ iss: 'https://elsewhere.in' })),
  'is made out to another audience': () => sign(access, userClaims({ aud: 'another' })),
  'is made out to two audiences': () => sign(access, userClaims({ aud: ['doffers', 'doffers-app'] })),
  'is of another type, such as a refresh token': () => sign(access, userClaims(), { typ: 'JWT' }),
  'has no session': () => sign(access, userClaims({ sid: undefined })),
  'has no subject': () => sign(access, userClaims({ sub: undefined })),
  'has no assurance level': () => sign(access, userClaims({ aal: undefined })),
  'has an assurance level that does not exist': () => sign(access, userClaims({ aal: 3 })),
  'has roles that are no list': () => sign(access, userClaims({ roles: 'customer' })),
  'never expires': () => sign(access, userClaims({ exp: undefined })),
  'is not valid yet': () => sign(access, userClaims({ nbf: nowSeconds() + 60 })),
  'is unsigned': () =>
    `${base64url.encode(JSON.stringify({ alg: 'none', typ: 'at+jwt' }))}.${base64url.encode(JSON.stringify(userClaims()))}.`,
  'is signed with the public key as a shared secret': () =>
    new SignJWT(userClaims())
      .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt', kid: 'access-1' })
      .sign(new TextEncoder().encode(JSON.stringify(access.publicJwk))),
  'is a service token': () => sign(offer, serviceClaims()),
};

for (const [what, make] of Object.entries(wrongUserTokens)) {
  test(`refuses an access token that ${what}`, async () => assert.equal(await ofUser(make()), invalid));
}

test('accepts ES256 only, even from a key of the set', async () => {
  const rsa = await makeKey('access-rsa', 'RS256');
  const keys = { keys: [rsa.publicJwk] };
  const lenient = createTokenVerifier({ self: 'user', jwks: keys, servicesJwks: keys });
  assert.equal(await refusalOf(lenient.verifyUser(await sign(rsa, userClaims()))), invalid);
});

test('answers the name of the service that signed', async () => {
  assert.equal(await verifier.verifyService(await sign(offer, serviceClaims())), 'offer');
  assert.equal(await verifier.verifyService(await sign(payment, serviceClaims({ iss: 'svc:payment' }))), 'payment');
});

test('tells an expired service token from an invalid one', async () => {
  const past = nowSeconds() - 60;
  assert.equal(await ofService(sign(offer, serviceClaims({ exp: past }))), 'unauthenticated SERVICE_TOKEN_EXPIRED');
});

test('a service token is old after two minutes, however long it claims to live', async () => {
  const claims = serviceClaims({ iat: nowSeconds() - 600, exp: nowSeconds() + 600 });
  assert.equal(await ofService(sign(offer, claims)), 'unauthenticated SERVICE_TOKEN_EXPIRED');
});

const wrongServiceTokens: Record<string, () => Promise<string>> = {
  'is made out to another service': () => sign(offer, serviceClaims({ aud: 'payment' })),
  'speaks in the name of another service': () => sign(offer, serviceClaims({ iss: 'svc:payment' })),
  'does not say that a service signed': () => sign(offer, serviceClaims({ iss: 'offer' })),
  'names nobody': () => sign(offer, serviceClaims({ iss: 'svc:' })),
  'never expires': () => sign(offer, serviceClaims({ exp: undefined })),
  'is signed by nobody of the platform': () => sign(stranger, serviceClaims()),
  'is an access token': () => sign(access, userClaims({ aud: 'user' })),
};

for (const [what, make] of Object.entries(wrongServiceTokens)) {
  test(`refuses a service token that ${what}`, async () => assert.equal(await ofService(make()), serviceInvalid));
}

test('a remembered token ends when it expires', async (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() });
  const fresh = newVerifier();
  const token = await sign(access, userClaims({ exp: nowSeconds() + 30 }));
  await fresh.verifyUser(token);
  t.mock.timers.tick(29_000);
  await fresh.verifyUser(token);
  t.mock.timers.tick(7_000);
  assert.equal(await refusalOf(fresh.verifyUser(token)), 'unauthenticated TOKEN_EXPIRED');
});

test('a remembered token is checked against the keys again after a minute', async (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() });
  const keys = { keys: [access.publicJwk] };
  const fresh = createTokenVerifier({ self: 'user', jwks: keys, servicesJwks: { keys: [] } });
  const token = await sign(access, userClaims({ exp: nowSeconds() + 600_000 }));
  const subtle = mock.method(crypto.subtle, 'verify');
  await fresh.verifyUser(token);
  await fresh.verifyUser(token);
  assert.equal(subtle.mock.callCount(), 1);
  t.mock.timers.tick(61_000);
  await fresh.verifyUser(token);
  assert.equal(subtle.mock.callCount(), 2);
  subtle.mock.restore();
});

test('remembers a bounded number of tokens', async () => {
  const fresh = newVerifier();
  const first = await sign(access, userClaims({ sub: 'first' }));
  await fresh.verifyUser(first);
  for (let i = 0; i < 2_000; i++) await fresh.verifyUser(await sign(access, userClaims({ sub: `u-${i}` })));
  const subtle = mock.method(crypto.subtle, 'verify');
  await fresh.verifyUser(first);
  assert.equal(subtle.mock.callCount(), 1, 'the oldest was forgotten');
  subtle.mock.restore();
});
