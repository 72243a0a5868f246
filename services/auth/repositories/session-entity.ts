import { idColumn, instantColumn } from '@doffers/database';
import { EntitySchema } from 'typeorm';
import type { EndReason, Session } from '../domain/session.ts';

/** A session as its row: what is absent is NULL. */
export type SessionRow = Omit<Session, 'role' | 'endedAt'> & {
  readonly role: Exclude<Session['role'], undefined> | null;
  readonly endedAt: Date | null;
  readonly endReason: EndReason | null;
};

export const SessionEntity = new EntitySchema<SessionRow>({
  name: 'session',
  tableName: 'session',
  columns: {
    id: idColumn('id', { primary: true }),
    userId: idColumn('user_id'),
    audience: { type: 'varchar', length: 12 },
    role: { type: 'varchar', length: 12, nullable: true },
    counter: { type: 'int', unsigned: true },
    rotatedAt: instantColumn('rotated_at'),
    createdAt: instantColumn('created_at'),
    lastSeenAt: instantColumn('last_seen_at'),
    endedAt: instantColumn('ended_at', { nullable: true }),
    endReason: { name: 'end_reason', type: 'varchar', length: 24, nullable: true },
    userAgent: { name: 'user_agent', type: 'varchar', length: 200 },
    clientAddress: { name: 'client_address', type: 'varchar', length: 45 },
  },
});

export function fromRow({ role, endedAt, endReason: _, ...row }: SessionRow): Session {
  return { ...row, role: role ?? undefined, endedAt: endedAt ?? undefined };
}

export function toRow({ role, endedAt, ...session }: Session): SessionRow {
  return { ...session, role: role ?? null, endedAt: endedAt ?? null, endReason: null };
}
