import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createServiceIdentity, type ServiceIdentity } from '@doffers/rpc';
import { importJWK, type JWK } from 'jose';
import { testServers } from './servers.ts';
import { signAccessToken, type UserClaims } from './tokens.ts';

export type StackKeys = {
  /** An access token that the running stack accepts, for a person who need not exist. */
  user(claims: UserClaims): Promise<string>;
  /** One of the stack's own processes. */
  identity(name: string): Promise<ServiceIdentity>;
};

/** The keys that set-up made for the stack under test: auth signs with the same one. */
export function stackKeys(): StackKeys {
  const { offset } = testServers().stack;
  const keysDir = join(import.meta.dirname, '../..', '.run', ...(offset === 0 ? [] : [String(offset)]), 'keys');
  const read = async (name: string) =>
    JSON.parse(await readFile(join(keysDir, `${name}.private.jwk.json`), 'utf8')) as JWK;
  return {
    async user(claims) {
      const jwk = await read('access-token');
      return signAccessToken(claims, { kid: jwk.kid ?? '', key: await importJWK(jwk, 'ES256') });
    },
    identity: async (name) => createServiceIdentity({ name, privateJwk: await read(`svc-${name}`) }),
  };
}
