import { DomainError } from '@doffers/errors';
import { type Account, assertHasRole, assertNotBlocked, type Role, type SignUp } from '../domain/account.ts';
import { maskPhone, type Phone } from '../domain/phone.ts';
import { assertFactorOfAdmin } from '../domain/second-factor.ts';
import { type Audience, type Session, shortUserAgent } from '../domain/session.ts';
import type { Repositories } from '../repositories/auth-store.ts';
import type { Deps, Origin } from './deps.ts';
import { issueTokens, type Tokens } from './issue-tokens.ts';

export type LogInInput = {
  /** Proved by a code a moment ago. */
  readonly phone: Phone;
  readonly audience: Audience;
  /** The role asked for, on the app's surface. */
  readonly role: Role | undefined;
  readonly signUp: { readonly role: Role; readonly details: SignUp } | undefined;
  readonly origin: Origin;
};

export type Login = {
  readonly tokens: Tokens;
  readonly session: Session;
  readonly account: Account;
  /** Whether this login made the account. */
  readonly created: boolean;
};

/**
 * Opens a session for the owner of a number, and an account at the first time: account, session, audit entry and the
 * event that makes the profile are kept together or not at all.
 *
 * @throws DomainError `USER_BLOCKED`, `ROLE_MISMATCH` or `SECOND_FACTOR_MISSING`
 */
export async function logIn(deps: Deps, input: LogInInput): Promise<Login> {
  const opened = await deps.store
    .together((repositories) => openSession(deps, repositories, input))
    .catch(async (error: unknown) => {
      if (error instanceof DomainError) await recordRefusal(deps, input, error.reason);
      throw error;
    });
  return { ...opened, tokens: await issueTokens(deps, opened.session, opened.account) };
}

async function openSession(deps: Deps, repositories: Repositories, input: LogInInput) {
  const { account, created } = await findOrCreateAccount(deps, repositories, input);
  assertNotBlocked(account);
  if (input.role !== undefined) assertHasRole(account, input.role);
  if (deps.adminsNeedSecondFactor) assertFactorOfAdmin(account, await repositories.secondFactors.find(account.id));
  const session = newSession(deps, account, input);
  await repositories.sessions.insert(session);
  await repositories.audit.add({
    action: 'login',
    at: deps.now(),
    actorId: account.id,
    sessionId: session.id,
    subject: account.id,
    clientAddress: input.origin.clientAddress,
    detail: input.audience,
  });
  return { account, created, session };
}

/** Apart from the transaction that is being rolled back. */
async function recordRefusal({ store, now }: Deps, { phone, origin }: LogInInput, detail: string): Promise<void> {
  const { clientAddress } = origin;
  const subject = maskPhone(phone);
  await store.audit.add({ action: 'login.refused', at: now(), actorId: undefined, subject, clientAddress, detail });
}

async function findOrCreateAccount(deps: Deps, repositories: Repositories, input: LogInInput) {
  const role = input.signUp?.role ?? 'customer';
  const fresh: Account = {
    id: deps.newId(),
    phone: input.phone,
    roles: [role],
    blocked: false,
    createdAt: deps.now(),
  };
  const found = await repositories.accounts.findOrCreate(fresh);
  if (found.created) {
    await announce(deps, repositories, { account: fresh, signUp: input.signUp?.details, origin: input.origin });
    return found;
  }
  return { created: false, account: await asCustomer(deps, repositories, found.account, input.audience) };
}

type Created = { readonly account: Account; readonly signUp: SignUp | undefined; readonly origin: Origin };

async function announce({ now }: Deps, { audit, events }: Repositories, { account, signUp, origin }: Created) {
  const { id: userId } = account;
  await events.announce({ topic: 'user.created', key: userId, payload: { userId, signUp } });
  await audit.add({
    action: 'account.created',
    at: now(),
    actorId: userId,
    subject: userId,
    clientAddress: origin.clientAddress,
    detail: account.roles.join(' '),
  });
}

/** Who signed up as a shopkeeper in the app and comes by the platform's own surface may look around as a customer. */
async function asCustomer(
  { now }: Deps,
  { accounts }: Repositories,
  account: Account,
  audience: Audience,
): Promise<Account> {
  const mayNot = audience === 'doffers-app' || account.roles.includes('customer') || account.roles.includes('admin');
  if (mayNot || account.blocked) return account;
  await accounts.addRole(account.id, 'customer', now());
  return { ...account, roles: ['customer', ...account.roles] };
}

function newSession({ newId, now }: Deps, account: Account, { audience, role, origin }: LogInInput): Session {
  const at = now();
  return {
    id: newId(),
    userId: account.id,
    audience,
    role,
    counter: 0,
    rotatedAt: at,
    createdAt: at,
    lastSeenAt: at,
    endedAt: undefined,
    secondFactorAt: undefined,
    userAgent: shortUserAgent(origin.userAgent),
    clientAddress: origin.clientAddress,
  };
}
