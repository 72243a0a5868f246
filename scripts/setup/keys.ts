import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { serviceNames } from '@doffers/topology';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from 'jose';
import type { Stack } from '../stack/stack.ts';
import type { Step } from './step.ts';

/** Every process that signs service tokens; `gateway-test` is what tests call internal methods as. */
const signers = [...serviceNames, 'worker', 'gateway-test'] as const;

const publicSet = 'services.jwks.json';
const accessKey = 'access-token.private.jwk.json';
const keyFile = (name: string) => `svc-${name}.private.jwk.json`;

/** The keys of one stack: each process' own, the public set of all, and auth's first key for access tokens. */
export function signingKeys({ keysDir }: Pick<Stack, 'keysDir'>): Step {
  const at = (file: string) => join(keysDir, file);
  return {
    name: 'signing keys',
    async isDone() {
      const known = (await readJson<{ keys: JWK[] }>(at(publicSet)))?.keys.map(({ kid }) => kid) ?? [];
      return signers.every((name) => known.includes(keyId(name))) && (await readJson(at(accessKey))) !== undefined;
    },
    async run() {
      await mkdir(keysDir, { recursive: true, mode: 0o700 });
      await chmod(keysDir, 0o700);
      const keys = await Promise.all(signers.map((name) => ensureKey(at(keyFile(name)), keyId(name))));
      await ensureKey(at(accessKey));
      await writeFile(at(publicSet), JSON.stringify({ keys: keys.map(publicPart) }, undefined, 2));
    },
  };
}

/** The id by which receivers of a service token find the key; `packages/rpc` ties it to the token's issuer. */
const keyId = (signer: string) => `svc-${signer}`;

/** Keeps a key that is there: whoever restarts a stack must not lose what it signed. */
async function ensureKey(path: string, kid?: string): Promise<JWK> {
  const existing = await readJson<JWK>(path);
  if (existing) return existing;
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  const jwk = await exportJWK(privateKey);
  const key = { ...jwk, alg: 'ES256', use: 'sig', kid: kid ?? (await calculateJwkThumbprint(jwk)) };
  await writeFile(path, JSON.stringify(key, undefined, 2), { mode: 0o600, flag: 'wx' });
  return key;
}

function publicPart({ d: _secret, ...rest }: JWK): JWK {
  return rest;
}

async function readJson<T>(path: string): Promise<T | undefined> {
  return readFile(path, 'utf8').then(
    (text) => JSON.parse(text) as T,
    () => undefined,
  );
}
