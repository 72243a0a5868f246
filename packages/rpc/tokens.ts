import { DomainError } from '@doffers/errors';
import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';
import type { RoleName, UserCaller } from './call-context.ts';
import { createRemoteKeys } from './remote-keys.ts';

export const userTokenIssuer = 'https://auth.doffers.in';

/** How long a verified token is believed without looking at keys again; bounds the life of a withdrawn key. */
const trustSeconds = 60;
const rememberedTokens = 2_000;
/** Clocks of two machines may differ by so much. */
const clockToleranceSeconds = 5;

const audiences: readonly UserCaller['audience'][] = ['doffers', 'doffers-app'];
const roleNames: readonly RoleName[] = ['customer', 'shopkeeper', 'admin'];

export type TokenVerifier = {
  /** @throws DomainError TOKEN_INVALID, TOKEN_EXPIRED, or TOKEN_KEYS_UNAVAILABLE while auth's keys cannot be read */
  verifyUser(token: string): Promise<UserCaller>;
  /** Answers the name of the service that signed. @throws DomainError SERVICE_TOKEN_INVALID or SERVICE_TOKEN_EXPIRED */
  verifyService(token: string): Promise<string>;
};

export type TokenVerifierOptions = {
  /** The process that verifies: service tokens must be made out to it. */
  readonly self: string;
  /** The public keys of all processes. */
  readonly servicesJwks: JSONWebKeySet;
} & ({ readonly jwksUrl: string } | { readonly jwks: JSONWebKeySet });

/** Verifies access tokens signed by auth and service tokens signed by the platform's processes; ES256 only. */
export function createTokenVerifier(options: TokenVerifierOptions): TokenVerifier {
  const userKeys = 'jwks' in options ? createLocalJWKSet(options.jwks) : createRemoteKeys(new URL(options.jwksUrl));
  const serviceKeys = createLocalJWKSet(options.servicesJwks);
  return {
    verifyUser: remembering(rememberedTokens, (token) => verifyUser(token, userKeys)),
    verifyService: remembering(rememberedTokens, (token) => verifyService(token, serviceKeys, options.self)),
  };
}

type Verified<T> = { readonly value: T; readonly expiresAt: number };

async function verifyUser(token: string, keys: JWTVerifyGetKey): Promise<Verified<UserCaller>> {
  try {
    const { payload } = await jwtVerify(token, keys, {
      algorithms: ['ES256'],
      typ: 'at+jwt',
      issuer: userTokenIssuer,
      audience: [...audiences],
      requiredClaims: ['sub', 'sid', 'roles', 'aal', 'iat', 'exp'],
      clockTolerance: clockToleranceSeconds,
    });
    return { value: toUserCaller(payload), expiresAt: expiryOf(payload) };
  } catch (error) {
    throw refusal(error, { prefix: 'TOKEN', message: 'log in again' });
  }
}

function toUserCaller({ sub, sid, roles, aal, aud }: JWTPayload): UserCaller {
  const audience = audiences.find((name) => name === aud);
  const known = Array.isArray(roles) ? roleNames.filter((name) => roles.includes(name)) : [];
  const usable = typeof sub === 'string' && typeof sid === 'string' && known.length > 0 && (aal === 1 || aal === 2);
  if (!usable || audience === undefined) throw new errors.JWTInvalid('claims are incomplete');
  return { kind: 'user', userId: sub, sessionId: sid, roles: known, aal, audience };
}

async function verifyService(token: string, keys: JWTVerifyGetKey, self: string): Promise<Verified<string>> {
  try {
    const { payload, protectedHeader } = await jwtVerify(token, keys, {
      algorithms: ['ES256'],
      audience: self,
      requiredClaims: ['iss', 'iat', 'exp'],
      maxTokenAge: 120,
      clockTolerance: clockToleranceSeconds,
    });
    const name = payload.iss?.startsWith('svc:') ? payload.iss.slice('svc:'.length) : '';
    // A process must not speak in another's name, though all keys are in one set.
    if (name === '' || protectedHeader.kid !== serviceKeyId(name)) throw new errors.JWTInvalid('not the key of iss');
    return { value: name, expiresAt: expiryOf(payload) };
  } catch (error) {
    throw refusal(error, { prefix: 'SERVICE_TOKEN', message: 'the calling service did not prove who it is' });
  }
}

/** The key id of a process's own signing key. */
export function serviceKeyId(name: string): string {
  return `svc-${name}`;
}

function expiryOf({ exp = 0 }: JWTPayload): number {
  return exp * 1_000;
}

function refusal(error: unknown, { prefix, message }: { prefix: string; message: string }): unknown {
  if (!(error instanceof errors.JOSEError)) return error; // not about the token, such as keys that cannot be read
  const reason = error instanceof errors.JWTExpired ? `${prefix}_EXPIRED` : `${prefix}_INVALID`;
  return new DomainError('unauthenticated', reason, message, { cause: error });
}

/** Remembers what was verified, since a browser sends the same token with every request and ES256 costs 100 µs. */
function remembering<T>(size: number, verify: (token: string) => Promise<Verified<T>>): (token: string) => Promise<T> {
  const remembered = new Map<string, { value: T; until: number }>();
  return async (token) => {
    const known = remembered.get(token);
    if (known !== undefined && known.until > Date.now()) return known.value;
    remembered.delete(token);
    const { value, expiresAt } = await verify(token);
    const [oldest] = remembered.keys();
    if (oldest !== undefined && remembered.size >= size) remembered.delete(oldest);
    remembered.set(token, { value, until: Math.min(expiresAt, Date.now() + trustSeconds * 1_000) });
    return value;
  };
}
