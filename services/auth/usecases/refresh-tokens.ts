import { DomainError } from '@doffers/errors';
import { type Account, assertNotBlocked } from '../domain/account.ts';
import { assertFactorOfAdmin } from '../domain/second-factor.ts';
import { assertLive, judgeRefresh, type Session } from '../domain/session.ts';
import type { Deps, Origin } from './deps.ts';
import { endSession } from './end-session.ts';
import { issueTokens, type Tokens } from './issue-tokens.ts';
import { readRefreshToken } from './refresh-token.ts';

export type Refreshed = { readonly tokens: Tokens; readonly session: Session };

type RefreshInput = { readonly refreshToken: string; readonly origin: Origin };

/**
 * Trades a refresh token for new tokens and retires it. Parallel calls, and one whose answer was lost, get the same
 * token. One that was retired earlier is in somebody else's hands as well, so the session ends for both.
 *
 * @throws DomainError `REFRESH_TOKEN_INVALID`, `REFRESH_TOKEN_REUSED`, `SESSION_ENDED`, `USER_BLOCKED` or
 * `SECOND_FACTOR_MISSING`
 */
export async function refreshTokens(deps: Deps, { refreshToken, origin }: RefreshInput): Promise<Refreshed> {
  const token = readRefreshToken(deps.refreshKey, refreshToken);
  if (token === undefined) {
    throw new DomainError('unauthenticated', 'REFRESH_TOKEN_INVALID', 'this is no refresh token of ours: log in again');
  }
  const session = await deps.store.sessions.find(token.id);
  const now = deps.now();
  assertLive(session, now);
  const account = await usableAccount(deps, session, origin);

  const rotated = await rotate(deps, session, token.counter);
  if (rotated === undefined) {
    await endSession(deps, session, { reason: 'refresh-token-reused', origin });
    const message = 'this login was used from somewhere else and has been ended: log in again';
    throw new DomainError('unauthenticated', 'REFRESH_TOKEN_REUSED', message);
  }
  return { session: rotated, tokens: await issueTokens(deps, rotated, account) };
}

/** The session with its new counter; undefined when the token has been retired for too long. */
async function rotate({ store, now }: Deps, session: Session, counter: number): Promise<Session | undefined> {
  const at = now();
  const mayRotate = judgeRefresh(session, counter, at) === 'rotate';
  if (mayRotate && (await store.sessions.rotate(session.id, counter, at))) {
    return { ...session, counter: counter + 1, rotatedAt: at, lastSeenAt: at };
  }
  // Somebody was faster, perhaps the same client; what it is worth now depends on how the session stands now.
  const newest = mayRotate ? await store.sessions.find(session.id) : session;
  assertLive(newest, at);
  return judgeRefresh(newest, counter, now()) === 'repeat' ? newest : undefined;
}

async function usableAccount(deps: Deps, session: Session, origin: Origin): Promise<Account> {
  const account = await deps.store.accounts.find(session.userId);
  if (account === undefined) throw new Error('a session without an account');
  if (account.blocked) await endSession(deps, session, { reason: 'blocked', origin });
  assertNotBlocked(account);
  // Who became an administrator after this login began.
  if (deps.adminsNeedSecondFactor) assertFactorOfAdmin(account, await deps.store.secondFactors.find(account.id));
  return account;
}
