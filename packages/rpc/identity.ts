import { importJWK, type JWK, SignJWT } from 'jose';
import { serviceKeyId } from './tokens.ts';

const lifetimeSeconds = 60;
const reuseMs = 30_000;

/** Proves to other services which process is calling. */
export type ServiceIdentity = {
  readonly name: string;
  /** A token made out to `audience` that lives for at least 30 more seconds. */
  tokenFor(audience: string): Promise<string>;
};

/** Signs service tokens with the process's own key; one token per target serves for half its life. */
export function createServiceIdentity(options: { readonly name: string; readonly privateJwk: JWK }): ServiceIdentity {
  const { name, privateJwk } = options;
  const key = importJWK(privateJwk, 'ES256');
  const tokens = new Map<string, { token: Promise<string>; until: number }>();

  async function sign(audience: string): Promise<string> {
    return new SignJWT()
      .setProtectedHeader({ alg: 'ES256', kid: privateJwk.kid ?? serviceKeyId(name) })
      .setIssuer(`svc:${name}`)
      .setAudience(audience)
      .setIssuedAt()
      .setExpirationTime(`${lifetimeSeconds}s`)
      .sign(await key);
  }

  return {
    name,
    tokenFor(audience) {
      const known = tokens.get(audience);
      if (known !== undefined && known.until > Date.now()) return known.token;
      const token = sign(audience);
      tokens.set(audience, { token, until: Date.now() + reuseMs });
      return token;
    },
  };
}
