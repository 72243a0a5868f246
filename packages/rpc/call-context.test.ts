import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { DomainError } from '@doffers/errors';
import { forwardedMetadata } from './call-context.ts';
import { type Caller, currentCall, requireUser, runInCall, type UserCaller, userOf } from './index.ts';

const user: UserCaller = {
  kind: 'user',
  userId: 'u-1',
  sessionId: 's-1',
  roles: ['customer'],
  aal: 1,
  audience: 'doffers',
};

test('the person behind a call is the caller, or whom a service brings', () => {
  assert.equal(userOf(user), user);
  assert.equal(userOf({ kind: 'service', name: 'offer', user }), user);
  assert.equal(userOf({ kind: 'service', name: 'offer' }), undefined);
  assert.equal(userOf({ kind: 'anonymous' }), undefined);
});

test('requireUser answers the person or asks to log in', () => {
  assert.equal(requireUser({ caller: user }), user);
  for (const caller of [{ kind: 'anonymous' }, { kind: 'service', name: 'offer' }] satisfies Caller[]) {
    assert.throws(
      () => requireUser({ caller }),
      (error) => error instanceof DomainError && error.code === 'unauthenticated' && error.reason === 'TOKEN_MISSING',
    );
  }
});

test('outside of calls there is no current call and nothing to pass on', () => {
  assert.equal(currentCall(), undefined);
  assert.deepEqual(forwardedMetadata(), {});
});

test('a background call is current until its work has ended, across awaits', async () => {
  await runInCall({ requestId: 'r-1', actorId: 'u-9' }, async () => {
    await sleep(1);
    assert.equal(currentCall()?.requestId, 'r-1');
    assert.equal(currentCall()?.actorId, 'u-9');
    assert.deepEqual(currentCall()?.caller, { kind: 'anonymous' });
    assert.deepEqual(forwardedMetadata(), { 'x-request-id': 'r-1', 'x-actor-id': 'u-9' });
  });
  assert.equal(currentCall(), undefined);
});

test('a background call without a request id gets one', () => {
  runInCall({}, () => {
    assert.match(currentCall()?.requestId ?? '', /^[0-9a-f-]{36}$/);
    assert.deepEqual(Object.keys(forwardedMetadata()), ['x-request-id']);
  });
});

test('two background calls at once do not see each other', async () => {
  const seen = await Promise.all(
    ['a', 'b'].map((requestId) =>
      runInCall({ requestId }, async () => {
        await sleep(2);
        return currentCall()?.requestId;
      }),
    ),
  );
  assert.deepEqual(seen, ['a', 'b']);
});

test('a background call has no answer, so a header for it is a bug', () => {
  runInCall({}, () => {
    assert.throws(() => currentCall()?.setHeader('etag', '"1"'), /no answer/);
    assert.throws(() => currentCall()?.created('/v1/offers/o-1'), /no answer/);
  });
});
