import { DomainError } from '@doffers/errors';
import { createRemoteJWKSet, errors, type JWTVerifyGetKey } from 'jose';

export type RemoteKeysOptions = {
  /** Keys older than this are read again in the background. */
  readonly refreshMs?: number;
  /** Tokens with an unknown key id cause at most one request in this time. */
  readonly coolDownMs?: number;
  readonly timeoutMs?: number;
};

/**
 * Auth's public keys, read over HTTP. Known keys stay in use while auth cannot be reached, so that an outage of auth
 * does not log everybody out; a key that auth withdrew is gone with the next successful read.
 */
export function createRemoteKeys(url: URL, options: RemoteKeysOptions = {}): JWTVerifyGetKey {
  const { refreshMs = 300_000, coolDownMs = 10_000, timeoutMs = 2_000 } = options;
  const keys = createRemoteJWKSet(url, {
    cacheMaxAge: Number.POSITIVE_INFINITY,
    cooldownDuration: coolDownMs,
    timeoutDuration: timeoutMs,
  });
  let readAt = Date.now();
  return async (header, token) => {
    if (Date.now() - readAt > refreshMs) {
      readAt = Date.now();
      keys.reload().catch(() => undefined); // the known keys go on serving; the next interval tries again
    }
    return keys(header, token).catch((error: unknown) => {
      throw isAboutTheToken(error) ? error : unavailable(error);
    });
  };
}

/** Everything else, such as a refused connection or a page instead of keys, says nothing about the token. */
function isAboutTheToken(error: unknown): boolean {
  return (
    error instanceof errors.JWKSNoMatchingKey ||
    error instanceof errors.JWKSMultipleMatchingKeys ||
    error instanceof errors.JOSENotSupported
  );
}

function unavailable(cause: unknown): DomainError {
  const message = 'logins cannot be checked right now; try again in a moment';
  return new DomainError('unavailable', 'TOKEN_KEYS_UNAVAILABLE', message, { cause, retryAfterSeconds: 1 });
}
