import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createServiceIdentity, type ServiceIdentity, userTokenIssuer } from '@doffers/rpc';
import { importJWK, type JWK, SignJWT } from 'jose';
import { testServers } from './servers.ts';
import type { UserClaims } from './tokens.ts';

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
    async user({ userId, roles = ['customer'], aal = 1, audience = 'doffers', ...rest }) {
      const jwk = await read('access-token');
      return new SignJWT({ sid: rest.sessionId ?? crypto.randomUUID(), roles: [...roles], aal })
        .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', ...(jwk.kid === undefined ? {} : { kid: jwk.kid }) })
        .setSubject(userId)
        .setIssuer(rest.issuer ?? userTokenIssuer)
        .setAudience(audience)
        .setIssuedAt()
        .setExpirationTime(Math.floor(Date.now() / 1_000) + (rest.expiresInSeconds ?? 600))
        .sign(await importJWK(jwk, 'ES256'));
    },
    identity: async (name) => createServiceIdentity({ name, privateJwk: await read(`svc-${name}`) }),
  };
}
