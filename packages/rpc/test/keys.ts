import { type CryptoKey, exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose';

export type TestKey = { readonly privateJwk: JWK; readonly publicJwk: JWK; readonly privateKey: CryptoKey };

export async function makeKey(kid: string, alg = 'ES256'): Promise<TestKey> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  const about = { kid, alg };
  return {
    privateKey,
    privateJwk: { ...(await exportJWK(privateKey)), ...about },
    publicJwk: { ...(await exportJWK(publicKey)), ...about },
  };
}

export type Header = { alg?: string; kid?: string; typ?: string };

/** Signs whatever a test needs, also what no honest issuer would. */
export function sign(key: TestKey, payload: JWTPayload, header: Header = {}): Promise<string> {
  const { kid, alg = 'ES256' } = key.publicJwk;
  return new SignJWT(payload)
    .setProtectedHeader({ alg, typ: 'at+jwt', ...(kid === undefined ? {} : { kid }), ...header })
    .sign(key.privateKey);
}

export const nowSeconds = () => Math.floor(Date.now() / 1_000);

/** The claims of an access token that holds. */
export function userClaims(changes: Record<string, unknown> = {}): JWTPayload {
  const iat = nowSeconds();
  return {
    iss: 'https://auth.doffers.in',
    aud: 'doffers',
    sub: 'u-1',
    sid: 's-1',
    roles: ['customer'],
    aal: 1,
    iat,
    exp: iat + 600,
    ...changes,
  };
}

/** The claims of a service token that holds. */
export function serviceClaims(changes: Record<string, unknown> = {}): JWTPayload {
  const iat = nowSeconds();
  return { iss: 'svc:offer', aud: 'user', iat, exp: iat + 60, ...changes };
}
