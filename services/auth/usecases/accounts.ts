import { type Account, accountNotFound, type Role } from '../domain/account.ts';
import { assertLive } from '../domain/session.ts';
import type { Repositories } from '../repositories/auth-store.ts';
import type { Deps } from './deps.ts';

type GetAccountInput = {
  readonly userId: string;
  /** The session of the person's own token, when that came along. */
  readonly sessionId: string | undefined;
};

/**
 * Reads an account for another service. A call on the person's own behalf is refused once their session has ended,
 * although their token is still alive: that is how a logout reaches the surface whose tokens live for days.
 *
 * @throws DomainError `USER_NOT_FOUND` or `SESSION_ENDED`
 */
export async function getAccount(
  { store, now }: Pick<Deps, 'store' | 'now'>,
  { userId, sessionId }: GetAccountInput,
): Promise<Account> {
  const [account, session] = await Promise.all([
    store.accounts.find(userId),
    sessionId === undefined ? undefined : store.sessions.find(sessionId),
  ]);
  if (sessionId !== undefined) assertLive(session, now());
  if (account === undefined) throw accountNotFound();
  return account;
}

type GrantRoleInput = { readonly userId: string; readonly role: Role; readonly actorId: string | undefined };

/**
 * Gives a person a role; harmless when they have it. Their tokens carry it from the next refresh on.
 *
 * @throws DomainError `USER_NOT_FOUND`
 */
export async function grantRole(
  { store, now }: Pick<Deps, 'store' | 'now'>,
  { userId, role, actorId }: GrantRoleInput,
): Promise<Account> {
  return store.together(async (repositories) => {
    const account = await repositories.accounts.find(userId);
    if (account === undefined) throw accountNotFound();
    if (account.roles.includes(role)) return account;
    await addRole(repositories, { userId, role, actorId, at: now() });
    return { ...account, roles: [...account.roles, role] };
  });
}

/** Adds a role and records who did it, if the person did not have it. */
export async function addRole(
  { accounts, audit }: Repositories,
  { userId, role, actorId, at }: GrantRoleInput & { readonly at: Date },
): Promise<void> {
  if (!(await accounts.addRole(userId, role, at))) return;
  await audit.add({ action: 'role.granted', at, actorId, subject: userId, clientAddress: '', detail: role });
}
