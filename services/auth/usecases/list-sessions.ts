import { assertLive, isLive, type Session } from '../domain/session.ts';
import type { Deps } from './deps.ts';

/**
 * The caller's live sessions, newest first.
 *
 * @throws DomainError `SESSION_ENDED` when the calling one is not among them
 */
export async function listSessions(
  { store, now }: Pick<Deps, 'store' | 'now'>,
  { userId, sessionId }: { readonly userId: string; readonly sessionId: string },
): Promise<readonly Session[]> {
  const at = now();
  const live = (await store.sessions.listOpen(userId)).filter((session) => isLive(session, at));
  assertLive(
    live.find(({ id }) => id === sessionId),
    at,
  );
  return live;
}
