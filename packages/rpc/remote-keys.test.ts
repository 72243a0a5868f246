import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { DomainError } from '@doffers/errors';
import { type JWK, jwtVerify } from 'jose';
import { createRemoteKeys, type RemoteKeysOptions } from './remote-keys.ts';
import { makeKey, sign, userClaims } from './test/keys.ts';

const old = await makeKey('access-1');
const next = await makeKey('access-2');

/** An auth whose answer the test decides. */
async function startAuth(keys: JWK[]) {
  const state: { keys: JWK[]; broken?: 'status' | 'page'; reads: number } = { keys, reads: 0 };
  const server = createServer((_request, response) => {
    state.reads += 1;
    response.statusCode = state.broken === 'status' ? 503 : 200;
    response.end(state.broken === 'page' ? '<html>maintenance</html>' : JSON.stringify({ keys: state.keys }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  assert.ok(address !== null && typeof address === 'object');
  return {
    state,
    verify(options?: RemoteKeysOptions) {
      const remote = createRemoteKeys(new URL(`http://127.0.0.1:${address.port}/jwks.json`), options);
      return async (key: typeof old) => (await jwtVerify(await sign(key, userClaims()), remote)).payload.sub;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const unavailable = (error: unknown) =>
  error instanceof DomainError && error.code === 'unavailable' && error.reason === 'TOKEN_KEYS_UNAVAILABLE';

test('reads the keys once and verifies with them', async () => {
  await using auth = await startAuth([old.publicJwk]);
  const verify = auth.verify();
  assert.equal(await verify(old), 'u-1');
  assert.equal(await verify(old), 'u-1');
  assert.equal(auth.state.reads, 1);
});

test('finds a new key as soon as a token names it', async () => {
  await using auth = await startAuth([old.publicJwk]);
  const verify = auth.verify({ coolDownMs: 0 });
  await verify(old);
  auth.state.keys = [old.publicJwk, next.publicJwk];
  assert.equal(await verify(next), 'u-1');
});

test('tokens with invented key ids cause at most one read per cool-down', async () => {
  await using auth = await startAuth([old.publicJwk]);
  const verify = auth.verify({ coolDownMs: 60_000 });
  await verify(old);
  for (let i = 0; i < 5; i++) await assert.rejects(verify(next), { code: 'ERR_JWKS_NO_MATCHING_KEY' });
  assert.equal(auth.state.reads, 1);
});

test('known keys outlive an outage of auth', async () => {
  await using auth = await startAuth([old.publicJwk]);
  const verify = auth.verify({ refreshMs: -1 }); // every use tries to read again
  await verify(old);
  auth.state.broken = 'status';
  assert.equal(await verify(old), 'u-1');
  assert.equal(await verify(old), 'u-1');
});

test('a key that auth withdrew is refused after the next read', async () => {
  await using auth = await startAuth([old.publicJwk, next.publicJwk]);
  const verify = auth.verify({ refreshMs: -1, coolDownMs: 60_000 });
  await verify(old);
  auth.state.keys = [next.publicJwk];
  const seen = auth.state.reads;
  while (auth.state.reads === seen) await verify(next); // each use reads again in the background
  for (let tries = 0; tries < 200; tries++) {
    const gone = await verify(old).then(
      () => false,
      () => true,
    );
    if (gone) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  assert.fail('the withdrawn key is still accepted');
});

for (const broken of ['status', 'page'] as const) {
  test(`without any key yet, an auth that answers with a bad ${broken} makes calls unavailable, not unauthenticated`, async () => {
    await using auth = await startAuth([old.publicJwk]);
    auth.state.broken = broken;
    const verify = auth.verify({ coolDownMs: 0 });
    await assert.rejects(verify(old), unavailable);
    delete auth.state.broken;
    assert.equal(await verify(old), 'u-1');
  });
}

test('without any key yet, an auth that is not there makes calls unavailable', async () => {
  const keys = createRemoteKeys(new URL('http://127.0.0.1:1/jwks.json'));
  await assert.rejects(jwtVerify(await sign(old, userClaims()), keys), unavailable);
});
