import { newId } from '@doffers/database';
import { fixedClock } from '@doffers/testkit';
import type { Account } from '../domain/account.ts';
import type { AuditEntry } from '../domain/audit.ts';
import { type Challenge, guessLimits } from '../domain/challenge.ts';
import type { UserCreated } from '../domain/events.ts';
import type { Phone } from '../domain/phone.ts';
import { normalRecoveryCode, type SecondFactor } from '../domain/second-factor.ts';
import { otpUnavailable } from '../domain/send-limits.ts';
import type { Session } from '../domain/session.ts';
import type { Repositories } from '../repositories/auth-store.ts';
import type { LastCode } from '../repositories/last-code-repository.ts';
import type { Deps, OtpResult } from '../usecases/deps.ts';
import { start } from './samples.ts';

export const origin = { clientAddress: '203.0.113.7', userAgent: 'Firefox on Linux' };

/** The outside of the use cases in memory, with the promises of the real one and a clock that stands still. */
export function fakeDeps(changes: Partial<Deps> = {}) {
  const now = fixedClock(start);
  const kept = {
    accounts: new Map<string, Account>(),
    sessions: new Map<string, Session>(),
    factors: new Map<string, SecondFactor>(),
    recoveryCodes: new Set<string>(),
    audit: [] as AuditEntry[],
    events: [] as UserCreated[],
    sent: [] as { phone: Phone; code: string }[],
    counted: [] as OtpResult[],
    ended: [] as string[],
    /** Whether the provider takes codes. */
    working: true,
  };
  const repositories = fakeRepositories(kept);
  const deps: Deps = {
    now,
    newId,
    otpPeppers: ['pepper'],
    refreshKey: Buffer.alloc(32, 'key'),
    adminsNeedSecondFactor: false,
    testCodes: new Map(),
    countOtp: (result) => void kept.counted.push(result),
    store: { ...repositories, together: (work) => rollingBack(kept, () => work(repositories)) },
    challenges: fakeChallenges(now),
    sendLimits: { take: async () => ({ resendAfterSeconds: 30 }) },
    revocations: { add: async (sessionId) => void kept.ended.push(sessionId) },
    keys: { sign: async (claims) => JSON.stringify(claims) },
    lastCodes: fakeLastCodes(),
    codes: {
      async send(phone, code) {
        if (!kept.working) throw otpUnavailable();
        kept.sent.push({ phone, code });
      },
      sendInBackground(phone, code, onFailure) {
        if (kept.working) kept.sent.push({ phone, code });
        else onFailure();
      },
      assertWorking: () => {},
      close: async () => {},
    },
    ...changes,
  };
  return { ...deps, now, kept };
}

type Kept = ReturnType<typeof fakeDeps>['kept'];

/** What a transaction does to the rows is undone when it fails. */
async function rollingBack<T>(kept: Kept, work: () => Promise<T>): Promise<T> {
  const before = { ...kept, accounts: new Map(kept.accounts), sessions: new Map(kept.sessions) };
  const lengths = { audit: kept.audit.length, events: kept.events.length };
  try {
    return await work();
  } catch (error) {
    kept.audit.length = lengths.audit;
    kept.events.length = lengths.events;
    for (const [rows, earlier] of [
      [kept.accounts, before.accounts],
      [kept.sessions, before.sessions],
    ] as [Map<string, unknown>, Map<string, unknown>][]) {
      rows.clear();
      for (const [id, row] of earlier) rows.set(id, row);
    }
    throw error;
  }
}

function fakeRepositories({ accounts, sessions, factors, recoveryCodes, audit, events }: Kept): Repositories {
  const findByPhone = async (phone: Phone) => [...accounts.values()].find((account) => account.phone === phone);
  return {
    accounts: {
      find: async (id) => accounts.get(id),
      findByPhone,
      async findOrCreate(account) {
        const known = await findByPhone(account.phone);
        if (known) return { account: known, created: false };
        accounts.set(account.id, account);
        return { account, created: true };
      },
      async addRole(id, role) {
        const account = accounts.get(id);
        if (!account || account.roles.includes(role)) return false;
        accounts.set(id, { ...account, roles: [...account.roles, role] });
        return true;
      },
    },
    sessions: {
      insert: async (session) => void sessions.set(session.id, session),
      find: async (id) => sessions.get(id),
      listOpen: async (userId) =>
        [...sessions.values()].filter((session) => session.userId === userId && session.endedAt === undefined),
      async rotate(id, counter, at) {
        const session = sessions.get(id);
        if (session?.counter !== counter || session.endedAt !== undefined) return false;
        sessions.set(id, { ...session, counter: counter + 1, rotatedAt: at, lastSeenAt: at });
        return true;
      },
      async confirm(id, at) {
        const session = sessions.get(id);
        if (session) sessions.set(id, { ...session, secondFactorAt: at });
      },
      async end(id, _reason, at) {
        const session = sessions.get(id);
        if (!session || session.endedAt !== undefined) return false;
        sessions.set(id, { ...session, endedAt: at });
        return true;
      },
    },
    secondFactors: {
      find: async (id) => factors.get(id),
      lock: async (id) => factors.get(id),
      save: async (factor) => void factors.set(factor.accountId, factor),
      async replaceRecoveryCodes(_id, codes) {
        recoveryCodes.clear();
        for (const code of codes) recoveryCodes.add(code);
      },
      useRecoveryCode: async (_id, code) => recoveryCodes.delete(normalRecoveryCode(code)),
    },
    audit: { add: async (entry) => void audit.push(entry) },
    events: { announce: async (event) => void events.push(event) },
  };
}

function fakeChallenges(now: () => Date): Deps['challenges'] {
  const open = new Map<string, { challenge: Challenge; mac: string; tries: number }>();
  const find = (id: string) => {
    const found = open.get(id)?.challenge;
    return found && now() < found.expiresAt ? found : undefined;
  };
  return {
    open: async (challenge, mac) => void open.set(challenge.id, { challenge, mac, tries: 0 }),
    find: async (id) => find(id),
    findByPhone: async (phone) => {
      const ids = [...open.values()].filter(({ challenge }) => challenge.phone === phone).map((one) => one.challenge);
      const newest = ids.findLast(({ purpose }) => purpose === 'app-login');
      return newest && find(newest.id);
    },
    async guess({ id }, macs) {
      const entry = find(id) && open.get(id);
      if (!entry) return { result: 'wrong' };
      entry.tries++;
      const right = entry.tries <= guessLimits.attempts && macs.includes(entry.mac);
      if (right || entry.tries > guessLimits.attempts) open.delete(id);
      return { result: right ? 'right' : 'wrong' };
    },
  };
}

function fakeLastCodes(): Deps['lastCodes'] {
  const codes = new Map<Phone, LastCode>();
  return {
    remember: async (phone, last) => void codes.set(phone, last),
    find: async (phone) => codes.get(phone),
  };
}
