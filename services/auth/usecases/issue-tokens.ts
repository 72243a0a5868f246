import type { Account } from '../domain/account.ts';
import { accessLifetimeMs, assuranceOf, expiryOf, type Session } from '../domain/session.ts';
import type { Deps } from './deps.ts';
import { writeRefreshToken } from './refresh-token.ts';

export type Tokens = {
  readonly accessToken: string;
  readonly accessExpiresAt: Date;
  readonly refreshToken: string;
  readonly refreshExpiresAt: Date;
};

/**
 * Makes the tokens of a session as it stands. The refresh token follows from the session's counter, so calls that come
 * at once get the same one. An access token never outlives its session, and carries neither phone nor name nor shop.
 */
export async function issueTokens(
  { keys, refreshKey, now }: Pick<Deps, 'keys' | 'refreshKey' | 'now'>,
  session: Session,
  account: Pick<Account, 'roles'>,
): Promise<Tokens> {
  const issuedAt = now();
  const refreshExpiresAt = expiryOf(session);
  const lifetimeEnd = issuedAt.getTime() + accessLifetimeMs[session.audience];
  const accessExpiresAt = new Date(Math.min(lifetimeEnd, refreshExpiresAt.getTime()));
  const aal = assuranceOf(session, issuedAt);
  const accessToken = await keys.sign({
    sub: session.userId,
    sid: session.id,
    aud: session.audience,
    roles: session.role === undefined ? account.roles : [session.role],
    aal,
    amr: aal === 2 ? ['otp', 'mfa'] : ['otp'],
    iat: seconds(issuedAt),
    exp: seconds(accessExpiresAt),
  });
  return { accessToken, accessExpiresAt, refreshToken: writeRefreshToken(refreshKey, session), refreshExpiresAt };
}

function seconds(instant: Date): number {
  return Math.floor(instant.getTime() / 1_000);
}
