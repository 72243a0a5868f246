import type { Transaction } from '@doffers/database';
import { IsNull } from 'typeorm';
import type { EndReason, Session } from '../domain/session.ts';
import { fromRow, SessionEntity, toRow } from './session-entity.ts';

export type SessionRepository = {
  insert(session: Session): Promise<void>;
  find(id: string): Promise<Session | undefined>;
  /** A person's sessions that nobody has ended, newest first. */
  listOpen(userId: string): Promise<readonly Session[]>;
  /** Raises the counter, unless somebody else did or the session was ended; answers whether it was this call. */
  rotate(id: string, counter: number, now: Date): Promise<boolean>;
  /** Notes that a session was confirmed with a second factor. */
  confirm(id: string, now: Date): Promise<void>;
  /** Answers whether it was this call that ended it. */
  end(id: string, reason: EndReason, now: Date): Promise<boolean>;
};

const mostListed = 100;

export function createSessionRepository(tx: Transaction): SessionRepository {
  return {
    async insert(session) {
      await tx.insert(SessionEntity, toRow(session));
    },
    async find(id) {
      const row = await tx.findOneBy(SessionEntity, { id });
      return row === null ? undefined : fromRow(row);
    },
    async listOpen(userId) {
      const rows = await tx.find(SessionEntity, {
        where: { userId, endedAt: IsNull() },
        order: { createdAt: 'DESC', id: 'DESC' },
        take: mostListed,
      });
      return rows.map(fromRow);
    },
    async rotate(id, counter, now) {
      const { affected } = await tx.update(
        SessionEntity,
        { id, counter, endedAt: IsNull() },
        { counter: counter + 1, rotatedAt: now, lastSeenAt: now },
      );
      return affected === 1;
    },
    async confirm(id, now) {
      await tx.update(SessionEntity, { id, endedAt: IsNull() }, { secondFactorAt: now });
    },
    async end(id, reason, now) {
      const { affected } = await tx.update(
        SessionEntity,
        { id, endedAt: IsNull() },
        { endedAt: now, endReason: reason },
      );
      return affected === 1;
    },
  };
}
