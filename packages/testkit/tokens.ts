import { createServiceIdentity, type ServiceIdentity, serviceKeyId, userTokenIssuer } from '@doffers/rpc';
import { type CryptoKey, exportJWK, generateKeyPair, type JSONWebKeySet, SignJWT } from 'jose';

export type UserClaims = {
  readonly userId: string;
  readonly roles?: readonly ('customer' | 'shopkeeper' | 'admin')[];
  readonly aal?: 1 | 2;
  /** `doffers`, `doffers-app`, or another one to be refused. */
  readonly audience?: string;
  /** Another issuer than auth, to be refused. */
  readonly issuer?: string;
  readonly sessionId?: string;
  readonly expiresInSeconds?: number;
};

export type TestTokens = {
  /** The public keys that auth would serve. */
  readonly jwks: JSONWebKeySet;
  /** The public keys of the processes named to `testTokens`. */
  readonly servicesJwks: JSONWebKeySet;
  /** An access token as auth signs it. */
  user(claims: UserClaims): Promise<string>;
  /** The identity of one of the processes. */
  identity(name: string): ServiceIdentity;
};

/** Keys made for one test run, and the tokens signed with them. */
export async function testTokens(services: readonly string[] = ['gateway-test', 'user']): Promise<TestTokens> {
  const access = await keyPair('test-access');
  const keys = new Map(
    await Promise.all(services.map(async (name) => [name, await keyPair(serviceKeyId(name))] as const)),
  );
  return {
    jwks: { keys: [access.publicJwk] },
    servicesJwks: { keys: [...keys.values()].map(({ publicJwk }) => publicJwk) },
    user: (claims) => signAccessToken(claims, { kid: 'test-access', key: access.privateKey }),
    identity(name) {
      const key = keys.get(name);
      if (!key) throw new Error(`testTokens() made no key for ${name}; name it in the call`);
      return createServiceIdentity({ name, privateJwk: key.privateJwk });
    },
  };
}

/** An access token as auth signs it. */
export function signAccessToken(
  { userId, roles = ['customer'], aal = 1, ...rest }: UserClaims,
  { kid, key }: { readonly kid: string; readonly key: CryptoKey | Uint8Array },
): Promise<string> {
  return new SignJWT({ sid: rest.sessionId ?? crypto.randomUUID(), roles: [...roles], aal })
    .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid })
    .setSubject(userId)
    .setIssuer(rest.issuer ?? userTokenIssuer)
    .setAudience(rest.audience ?? 'doffers')
    .setIssuedAt()
    .setExpirationTime(Math.floor(Date.now() / 1_000) + (rest.expiresInSeconds ?? 600))
    .sign(key);
}

async function keyPair(kid: string) {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
  const about = { kid, alg: 'ES256', use: 'sig' };
  return {
    privateKey,
    privateJwk: { ...(await exportJWK(privateKey)), ...about },
    publicJwk: { ...(await exportJWK(publicKey)), ...about },
  };
}
