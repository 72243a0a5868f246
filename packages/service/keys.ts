import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createServiceIdentity, type ServiceIdentity } from '@doffers/rpc';
import type { JSONWebKeySet, JWK } from 'jose';

export type ProcessKeys = {
  /** Signs the process' own service tokens. */
  readonly identity: ServiceIdentity;
  /** The public keys of every process. */
  readonly servicesJwks: JSONWebKeySet;
};

/** Reads the key that set-up made for this process, and the public keys of the others. */
export async function loadProcessKeys(name: string, keysDir: string): Promise<ProcessKeys> {
  const [privateJwk, servicesJwks] = await Promise.all([
    readJson<JWK>(join(keysDir, `svc-${name}.private.jwk.json`)),
    readJson<JSONWebKeySet>(join(keysDir, 'services.jwks.json')),
  ]);
  return { identity: createServiceIdentity({ name, privateJwk }), servicesJwks };
}

async function readJson<T>(path: string): Promise<T> {
  return JSON.parse(await readFile(path, 'utf8')) as T;
}
