import { DomainError } from '@doffers/errors';
import type { Role } from './account.ts';

/** The surface a session belongs to: the platform's API, or the app that was there before it. */
export type Audience = 'doffers' | 'doffers-app';

/** One login on one device. Its refresh tokens carry the counter; only the newest is good. */
export type Session = {
  readonly id: string;
  readonly userId: string;
  readonly audience: Audience;
  /** The app's sessions carry the one role that was asked for; undefined means all roles of the account. */
  readonly role: Role | undefined;
  readonly counter: number;
  /** When the newest refresh token was made. */
  readonly rotatedAt: Date;
  readonly createdAt: Date;
  readonly lastSeenAt: Date;
  readonly endedAt: Date | undefined;
  /** When it was last confirmed with a second factor. */
  readonly secondFactorAt: Date | undefined;
  readonly userAgent: string;
  readonly clientAddress: string;
};

export type EndReason = 'logout' | 'deleted' | 'refresh-token-reused' | 'blocked';

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

/** The app has no refresh, so its token lives as long as people stay away from it at a stretch. */
export const accessLifetimeMs: Readonly<Record<Audience, number>> = {
  doffers: 10 * minuteMs,
  'doffers-app': 7 * dayMs,
};

/** A confirmation with the second factor holds for a working day. */
const confirmedMs = 12 * 60 * minuteMs;
const idleMs = 30 * dayMs;
const absoluteMs = 90 * dayMs;
/** A client that lost the answer repeats its call within seconds; a thief comes later. */
const repeatMs = 10_000;
const longestUserAgent = 200;

/** When the session ends by itself unless it is used. */
export function expiryOf({ lastSeenAt, createdAt }: Pick<Session, 'lastSeenAt' | 'createdAt'>): Date {
  return new Date(Math.min(lastSeenAt.getTime() + idleMs, createdAt.getTime() + absoluteMs));
}

export function isLive(session: Session, now: Date): boolean {
  return session.endedAt === undefined && now < expiryOf(session);
}

/** What a login proves: 1 = the one-time code alone, 2 = a second factor as well. */
export function assuranceOf({ secondFactorAt }: Pick<Session, 'secondFactorAt'>, now: Date): 1 | 2 {
  return secondFactorAt !== undefined && now.getTime() - secondFactorAt.getTime() < confirmedMs ? 2 : 1;
}

/** @throws DomainError `SESSION_ENDED` */
export function assertLive(session: Session | undefined, now: Date): asserts session is Session {
  if (session !== undefined && isLive(session, now)) return;
  throw new DomainError('unauthenticated', 'SESSION_ENDED', 'this login has ended: log in again');
}

/**
 * What a refresh token of a live session is worth: the newest is `rotate`d, one that was the newest a moment ago gets
 * the same answer again, any other has been used by somebody else.
 */
export function judgeRefresh(session: Session, counter: number, now: Date): 'rotate' | 'repeat' | 'reuse' {
  if (counter === session.counter) return 'rotate';
  const justRotated = now.getTime() - session.rotatedAt.getTime() <= repeatMs;
  return counter === session.counter - 1 && justRotated ? 'repeat' : 'reuse';
}

/** What a device says of itself, fit to be shown in a list. */
export function shortUserAgent(userAgent: string | undefined): string {
  return Array.from(userAgent ?? '')
    .slice(0, longestUserAgent)
    .join('')
    .toWellFormed();
}
