import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { newId } from '@doffers/database';
import { fakeDeps, origin } from '../test/fake-deps.ts';
import { anAccount, aSession } from '../test/samples.ts';
import { getAccount, grantRole } from './accounts.ts';
import { createAdmin } from './create-admin.ts';
import { deleteSession, logout } from './end-session.ts';
import { listSessions } from './list-sessions.ts';
import { writeRefreshToken } from './refresh-token.ts';
import { refreshTokens } from './refresh-tokens.ts';

const session = aSession();
const caller = { userId: session.userId, sessionId: session.id };

function loggedIn(changes: Partial<typeof session> = {}) {
  const deps = fakeDeps();
  deps.kept.accounts.set(anAccount().id, anAccount());
  deps.kept.sessions.set(session.id, { ...session, ...changes });
  return deps;
}
const token = (deps: ReturnType<typeof fakeDeps>, counter = 0) =>
  writeRefreshToken(deps.refreshKey, { id: session.id, counter });

describe('refreshTokens', () => {
  it('gives new tokens with the roles of now, and keeps the session alive', async () => {
    const deps = loggedIn();
    deps.now.advance(3_600_000);
    await grantRole(deps, { userId: session.userId, role: 'shopkeeper', actorId: undefined });
    const { tokens } = await refreshTokens(deps, { refreshToken: token(deps), origin });
    assert.deepEqual(JSON.parse(tokens.accessToken).roles, ['customer', 'shopkeeper']);
    assert.equal(tokens.refreshToken, token(deps, 1));
    assert.deepEqual(deps.kept.sessions.get(session.id)?.lastSeenAt, deps.now());
  });

  it('gives the same token again to whoever lost the answer a moment ago', async () => {
    const deps = loggedIn();
    const first = await refreshTokens(deps, { refreshToken: token(deps), origin });
    deps.now.advance(10_000);
    const again = await refreshTokens(deps, { refreshToken: token(deps), origin });
    assert.equal(again.tokens.refreshToken, first.tokens.refreshToken);
  });

  it('ends the session when a retired token comes back later, for the thief and for the owner', async () => {
    const deps = loggedIn();
    const { tokens } = await refreshTokens(deps, { refreshToken: token(deps), origin });
    deps.now.advance(10_001);
    const stolen = { refreshToken: token(deps), origin };
    await assert.rejects(refreshTokens(deps, stolen), { code: 'unauthenticated', reason: 'REFRESH_TOKEN_REUSED' });
    const owners = { refreshToken: tokens.refreshToken, origin };
    await assert.rejects(refreshTokens(deps, owners), { reason: 'SESSION_ENDED' });
    assert.deepEqual(deps.kept.ended, [session.id]);
    assert.equal(deps.kept.audit.at(-1)?.detail, 'refresh-token-reused');
  });

  it('refuses tokens that are not ours, of ended and of forgotten sessions', async () => {
    const deps = loggedIn({ endedAt: session.createdAt });
    await assert.rejects(refreshTokens(deps, { refreshToken: 'x'.repeat(80), origin }), {
      reason: 'REFRESH_TOKEN_INVALID',
    });
    await assert.rejects(refreshTokens(deps, { refreshToken: token(deps), origin }), { reason: 'SESSION_ENDED' });
    const unknown = writeRefreshToken(deps.refreshKey, { id: newId(), counter: 0 });
    await assert.rejects(refreshTokens(deps, { refreshToken: unknown, origin }), { reason: 'SESSION_ENDED' });
  });

  it('ends the sessions of a blocked person', async () => {
    const deps = loggedIn();
    deps.kept.accounts.set(anAccount().id, anAccount({ blocked: true }));
    await assert.rejects(refreshTokens(deps, { refreshToken: token(deps), origin }), { reason: 'USER_BLOCKED' });
    assert.deepEqual(deps.kept.ended, [session.id]);
  });

  it('makes no access token that outlives its session', async () => {
    const deps = loggedIn({ audience: 'doffers-app' });
    deps.now.advance(88 * 24 * 3_600_000);
    deps.kept.sessions.set(session.id, { ...session, audience: 'doffers-app', lastSeenAt: deps.now() });
    const { tokens } = await refreshTokens(deps, { refreshToken: token(deps), origin });
    assert.deepEqual(tokens.accessExpiresAt, tokens.refreshExpiresAt);
  });
});

describe('the sessions of a person', () => {
  const other = aSession({ id: newId(), userAgent: 'the lost phone' });
  const foreign = aSession({ id: newId(), userId: newId() });
  const several = () => {
    const deps = loggedIn();
    for (const one of [other, foreign]) deps.kept.sessions.set(one.id, one);
    return deps;
  };

  it('are listed without those of others and those that are over', async () => {
    const deps = several();
    deps.kept.sessions.set('old', aSession({ id: 'old', lastSeenAt: new Date('2026-01-01') }));
    assert.deepEqual(
      (await listSessions(deps, caller)).map(({ id }) => id),
      [session.id, other.id],
    );
  });

  it('can be ended one by one', async () => {
    const deps = several();
    await deleteSession(deps, caller, { sessionId: other.id, origin });
    assert.deepEqual(deps.kept.ended, [other.id]);
    await assert.rejects(deleteSession(deps, caller, { sessionId: other.id, origin }), { reason: 'SESSION_NOT_FOUND' });
  });

  it('cannot be ended by others, who learn nothing', async () => {
    const deps = several();
    for (const sessionId of [foreign.id, newId()]) {
      await assert.rejects(deleteSession(deps, caller, { sessionId, origin }), {
        code: 'not_found',
        reason: 'SESSION_NOT_FOUND',
      });
    }
    assert.deepEqual(deps.kept.ended, []);
  });

  it('end with a logout, after which the same token lists nothing', async () => {
    const deps = several();
    await logout(deps, caller, origin);
    await logout(deps, caller, origin);
    await assert.rejects(listSessions(deps, caller), { reason: 'SESSION_ENDED' });
    assert.equal(deps.kept.audit.filter(({ action }) => action === 'session.ended').length, 1);
  });
});

describe('an account', () => {
  it('is told to services, but not on behalf of a person whose session has ended', async () => {
    const deps = loggedIn();
    assert.equal((await getAccount(deps, caller)).id, caller.userId);
    await logout(deps, caller, origin);
    await assert.rejects(getAccount(deps, caller), { reason: 'SESSION_ENDED' });
    assert.equal((await getAccount(deps, { ...caller, sessionId: undefined })).id, caller.userId);
    await assert.rejects(getAccount(deps, { userId: newId(), sessionId: undefined }), { reason: 'USER_NOT_FOUND' });
  });

  it('gets a role once, on the record', async () => {
    const deps = loggedIn();
    const grant = { userId: session.userId, role: 'shopkeeper', actorId: undefined } as const;
    await grantRole(deps, grant);
    assert.deepEqual((await grantRole(deps, grant)).roles, ['customer', 'shopkeeper']);
    assert.deepEqual(
      deps.kept.audit.map(({ action, subject, detail }) => [action, subject, detail]),
      [['role.granted', session.userId, 'shopkeeper']],
    );
    await assert.rejects(grantRole(deps, { ...grant, userId: newId() }), { reason: 'USER_NOT_FOUND' });
  });
});

describe('createAdmin', () => {
  it('makes an account for a new number, and keeps the one that exists', async () => {
    const deps = loggedIn();
    const made = await createAdmin(deps, '9999999999');
    assert.deepEqual(deps.kept.accounts.get(made.account.id)?.roles, ['admin']);
    assert.deepEqual([made.created, deps.kept.events.length], [true, 1]);
    const promoted = await createAdmin(deps, '9812345670');
    assert.deepEqual([promoted.created, promoted.account.id], [false, session.userId]);
    assert.deepEqual(deps.kept.accounts.get(session.userId)?.roles, ['customer', 'admin']);
    await assert.rejects(createAdmin(deps, '12345'), { reason: 'PHONE_INVALID' });
  });
});
