import type { Account } from '../domain/account.ts';
import { type Phone, parsePhone } from '../domain/phone.ts';
import type { Session } from '../domain/session.ts';

export const start = new Date('2026-11-23T06:00:00Z');
export const aPhone: Phone = parsePhone('9812345670');

export function anAccount(changes: Partial<Account> = {}): Account {
  return {
    id: '019ab000-0000-7000-8000-00000000000b',
    phone: aPhone,
    roles: ['customer'],
    blocked: false,
    createdAt: start,
    ...changes,
  };
}

export function aSession(changes: Partial<Session> = {}): Session {
  return {
    id: '019ab000-0000-7000-8000-00000000000c',
    userId: anAccount().id,
    audience: 'doffers',
    role: undefined,
    counter: 0,
    rotatedAt: start,
    createdAt: start,
    lastSeenAt: start,
    endedAt: undefined,
    secondFactorAt: undefined,
    userAgent: 'Firefox on Linux',
    clientAddress: '203.0.113.7',
    ...changes,
  };
}
