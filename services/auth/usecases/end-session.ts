import { DomainError } from '@doffers/errors';
import { accessLifetimeMs, type EndReason, isLive, type Session } from '../domain/session.ts';
import type { Deps, Origin } from './deps.ts';

type Ending = { readonly reason: EndReason; readonly origin: Origin };

/** Ends a session for good, and tells the services that check tokens by themselves. Harmless when it has ended. */
export async function endSession(
  { store, revocations, now }: Pick<Deps, 'store' | 'revocations' | 'now'>,
  session: Session,
  { reason, origin }: Ending,
): Promise<void> {
  await store.together(async ({ sessions, audit }) => {
    if (!(await sessions.end(session.id, reason, now()))) return;
    await audit.add({
      action: 'session.ended',
      at: now(),
      actorId: session.userId,
      sessionId: session.id,
      subject: session.userId,
      clientAddress: origin.clientAddress,
      detail: reason,
    });
  });
  await revocations.add(session.id, accessLifetimeMs[session.audience]);
}

type Caller = { readonly userId: string; readonly sessionId: string };

/** Ends the session of the caller's token. */
export async function logout(deps: Deps, { sessionId }: Caller, origin: Origin): Promise<void> {
  const session = await deps.store.sessions.find(sessionId);
  if (session) await endSession(deps, session, { reason: 'logout', origin });
}

/**
 * Ends one of the caller's sessions, such as that of a lost phone.
 *
 * @throws DomainError `SESSION_NOT_FOUND`, also for somebody else's
 */
export async function deleteSession(
  deps: Deps,
  { userId }: Caller,
  { sessionId, origin }: { readonly sessionId: string; readonly origin: Origin },
): Promise<void> {
  const session = await deps.store.sessions.find(sessionId);
  if (session?.userId !== userId || !isLive(session, deps.now())) {
    throw new DomainError('not_found', 'SESSION_NOT_FOUND', 'there is no such session');
  }
  await endSession(deps, session, { reason: 'deleted', origin });
}
