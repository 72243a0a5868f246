import { idColumn, instantColumn } from '@doffers/database';
import { EntitySchema } from 'typeorm';
import type { EndReason, Session } from '../domain/session.ts';

/** A session as its row: what is absent is NULL. */
export type SessionRow = Omit<Session, 'role' | 'endedAt' | 'secondFactorAt'> & {
  readonly role: Exclude<Session['role'], undefined> | null;
  readonly endedAt: Date | null;
  readonly secondFactorAt: Date | null;
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
    secondFactorAt: instantColumn('second_factor_at', { nullable: true }),
    endReason: { name: 'end_reason', type: 'varchar', length: 24, nullable: true },
    userAgent: { name: 'user_agent', type: 'varchar', length: 200 },
    clientAddress: { name: 'client_address', type: 'varchar', length: 45 },
  },
});

export function fromRow({ role, endedAt, secondFactorAt, endReason: _, ...row }: SessionRow): Session {
  const confirmed = secondFactorAt ?? undefined;
  return { ...row, role: role ?? undefined, endedAt: endedAt ?? undefined, secondFactorAt: confirmed };
}

export function toRow({ role, endedAt, secondFactorAt, ...session }: Session): SessionRow {
  const confirmed = secondFactorAt ?? null;
  return { ...session, role: role ?? null, endedAt: endedAt ?? null, secondFactorAt: confirmed, endReason: null };
}
