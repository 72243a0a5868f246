import { DomainError } from '@doffers/errors';
import type { Metadata } from '@grpc/grpc-js';
import type { Caller } from './call-context.ts';
import { keys, textOf } from './metadata.ts';
import type { TokenVerifier } from './tokens.ts';

/**
 * Finds out who calls. A token that is present must be valid, also where none is needed: a client that believes to be
 * logged in must not silently be treated as a stranger.
 * @throws DomainError UNAUTHENTICATED when a token does not hold
 */
export async function authenticate(metadata: Metadata, tokens: TokenVerifier): Promise<Caller> {
  const userToken = userTokenOf(metadata);
  const serviceToken = bearer(textOf(metadata, keys.serviceToken), 'SERVICE_TOKEN_INVALID');
  const [user, service] = await Promise.all([
    userToken === undefined ? undefined : tokens.verifyUser(userToken),
    serviceToken === undefined ? undefined : tokens.verifyService(serviceToken),
  ]);
  if (service !== undefined) {
    return user === undefined ? { kind: 'service', name: service } : { kind: 'service', name: service, user };
  }
  return user ?? { kind: 'anonymous' };
}

/** The person's token, from wherever this kind of client puts it. */
export function userTokenOf(metadata: Metadata): string | undefined {
  const standard = bearer(textOf(metadata, keys.userToken), 'TOKEN_INVALID');
  if (standard !== undefined) return standard;
  const app = textOf(metadata, keys.appToken);
  if (app === undefined || app === '') return undefined;
  return /^bearer /i.test(app) ? app.slice('bearer '.length) : app;
}

function bearer(header: string | undefined, reason: string): string | undefined {
  if (header === undefined || header === '') return undefined;
  const [, token] = /^bearer +(\S+)$/i.exec(header) ?? [];
  if (token === undefined) throw new DomainError('unauthenticated', reason, 'send the token as "Bearer <token>"');
  return token;
}
