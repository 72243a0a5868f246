import { DomainError } from '@doffers/errors';
import type { Account } from '../domain/account.ts';
import type { AuditAction } from '../domain/audit.ts';
import { maskPhone } from '../domain/phone.ts';
import {
  assertNotLocked,
  failed,
  noSecondFactor,
  passed,
  type SecondFactor,
  totpInvalid,
  totpNotEnrolled,
} from '../domain/second-factor.ts';
import { assertLive, type Session } from '../domain/session.ts';
import type { Repositories } from '../repositories/auth-store.ts';
import type { Deps, Origin } from './deps.ts';
import { issueTokens, type Tokens } from './issue-tokens.ts';
import { newRecoveryCodes } from './recovery-codes.ts';
import { newTotpSecret, stepOfCode, totpUri } from './totp.ts';

export type FactorDeps = Pick<Deps, 'store' | 'keys' | 'refreshKey' | 'now'>;

/** The login that asks: its person, its session, and what its token proves. */
export type Holder = { readonly userId: string; readonly sessionId: string; readonly aal: 1 | 2 };
export type Enrolment = { readonly secret: string; readonly uri: string };
export type Confirmed = { readonly tokens: Tokens; readonly session: Session };

/**
 * Begins to set up an authenticator app. Nothing changes until a code of it confirms that it works. An app that is set up
 * already is replaced only by somebody who has just used it, or a recovery code.
 *
 * @throws DomainError `SECOND_FACTOR_REQUIRED` or `USER_NOT_FOUND`
 */
export async function enrollTotp({ store, now }: Pick<Deps, 'store' | 'now'>, holder: Pick<Holder, 'userId' | 'aal'>) {
  return store.together(async ({ accounts, secondFactors }): Promise<Enrolment> => {
    const account = await accounts.find(holder.userId);
    if (account === undefined) throw new DomainError('not_found', 'USER_NOT_FOUND', 'there is no such account');
    const factor = (await secondFactors.lock(account.id)) ?? noSecondFactor(account.id);
    if (factor.secret !== undefined && holder.aal < 2) {
      const message = 'confirm with the second factor that you have before you replace it';
      throw new DomainError('permission_denied', 'SECOND_FACTOR_REQUIRED', message, { info: { minAal: '2' } });
    }
    const secret = newTotpSecret();
    await secondFactors.save({ ...factor, pendingSecret: secret }, now());
    return { secret, uri: totpUri(secret, maskPhone(account.phone)) };
  });
}

/**
 * Confirms an enrolment by a code of the new app and answers recovery codes, which are shown this once and replace
 * earlier ones.
 *
 * @throws DomainError `TOTP_NOT_ENROLLED`, `TOTP_INVALID` or `TOTP_LOCKED`
 */
export async function confirmTotp(
  deps: Pick<Deps, 'store' | 'now'>,
  { userId, code, origin }: { readonly userId: string; readonly code: string; readonly origin: Origin },
): Promise<readonly string[]> {
  const codes = newRecoveryCodes();
  await attempt(deps, { userId, origin, action: 'second-factor.set-up' }, async ({ secondFactors }, factor) => {
    if (factor.pendingSecret === undefined) throw totpNotEnrolled();
    const tried = tryCode(factor, { secret: factor.pendingSecret, code, now: deps.now() });
    if (!tried.right) return tried;
    await secondFactors.replaceRecoveryCodes(userId, codes);
    return { right: true, factor: { ...tried.factor, secret: factor.pendingSecret, pendingSecret: undefined } };
  });
  return codes;
}

/**
 * Raises a login to two factors, for twelve hours, by a code of the app or a recovery code.
 *
 * @throws DomainError `TOTP_NOT_ENROLLED`, `TOTP_INVALID`, `TOTP_LOCKED` or `SESSION_ENDED`
 */
export async function verifyTotp(
  deps: FactorDeps,
  { holder, code, origin }: { readonly holder: Holder; readonly code: string; readonly origin: Origin },
): Promise<Confirmed> {
  const { userId } = holder;
  await attempt(deps, { userId, origin, action: 'second-factor.used' }, async ({ secondFactors }, factor) => {
    if (factor.secret === undefined) throw totpNotEnrolled();
    const now = deps.now();
    if (/^\d{6}$/.test(code)) return tryCode(factor, { secret: factor.secret, code, now });
    const right = await secondFactors.useRecoveryCode(userId, code);
    return { right, factor: right ? passed(factor) : failed(factor, now) };
  });
  return raiseSession(deps, holder);
}

/** The session from now on proves two factors. */
export async function raiseSession(deps: FactorDeps, { userId, sessionId }: Holder): Promise<Confirmed> {
  const at = deps.now();
  const [session, account] = await Promise.all([
    deps.store.sessions.find(sessionId),
    deps.store.accounts.find(userId) as Promise<Account>,
  ]);
  assertLive(session, at);
  await deps.store.sessions.confirm(sessionId, at);
  const raised = { ...session, secondFactorAt: at };
  return { session: raised, tokens: await issueTokens(deps, raised, account) };
}

type Attempt = { readonly userId: string; readonly origin: Origin; readonly action: AuditAction };
type Tried = { readonly right: boolean; readonly factor: SecondFactor };

/** The factor after a code was tried against a secret of an app. */
function tryCode(
  factor: SecondFactor,
  { secret, code, now }: { readonly secret: string; readonly code: string; readonly now: Date },
): Tried {
  const step = stepOfCode(secret, code, { now, lastStep: factor.lastStep });
  return step === undefined
    ? { right: false, factor: failed(factor, now) }
    : { right: true, factor: passed(factor, step) };
}

/** Tries a code under the lock of its account. A wrong one is counted, so its transaction commits before the refusal. */
async function attempt(
  { store, now }: Pick<Deps, 'store' | 'now'>,
  { userId, origin, action }: Attempt,
  work: (repositories: Repositories, factor: SecondFactor) => Promise<Tried>,
): Promise<void> {
  const right = await store.together(async (repositories) => {
    const factor = await repositories.secondFactors.lock(userId);
    if (factor === undefined) throw totpNotEnrolled();
    assertNotLocked(factor, now());
    const tried = await work(repositories, factor);
    await repositories.secondFactors.save(tried.factor, now());
    await repositories.audit.add({
      action: tried.right ? action : 'second-factor.refused',
      at: now(),
      actorId: userId,
      subject: userId,
      clientAddress: origin.clientAddress,
      detail: tried.right ? '' : action,
    });
    return tried.right;
  });
  if (!right) throw totpInvalid();
}
