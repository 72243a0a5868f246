import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DomainError } from '@doffers/errors';
import { Metadata } from '@grpc/grpc-js';
import { authenticate } from './authentication.ts';
import type { TokenVerifier, UserCaller } from './index.ts';

const user: UserCaller = {
  kind: 'user',
  userId: 'u-1',
  sessionId: 's-1',
  roles: ['customer'],
  aal: 1,
  audience: 'doffers',
};

/** Accepts the tokens `good` and `svc`. */
const tokens: TokenVerifier = {
  verifyUser: async (token) => {
    if (token !== 'good') throw new DomainError('unauthenticated', 'TOKEN_INVALID', 'log in again');
    return user;
  },
  verifyService: async (token) => {
    if (token !== 'svc') throw new DomainError('unauthenticated', 'SERVICE_TOKEN_INVALID', 'no');
    return 'offer';
  },
};

const callerOf = (headers: Record<string, string>) => authenticate(Metadata.fromHttp2Headers(headers), tokens);
const refused = (reason: string) => (error: unknown) => error instanceof DomainError && error.reason === reason;

test('a call without tokens is anonymous', async () => {
  assert.deepEqual(await callerOf({}), { kind: 'anonymous' });
  assert.deepEqual(await callerOf({ authorization: '', 'x-access-token': '' }), { kind: 'anonymous' });
});

test('takes the token from authorization, in any case of the scheme', async () => {
  assert.deepEqual(await callerOf({ authorization: 'Bearer good' }), user);
  assert.deepEqual(await callerOf({ authorization: 'bearer good' }), user);
});

test('takes the token of the app from x-access-token, with or without a scheme', async () => {
  assert.deepEqual(await callerOf({ 'x-access-token': 'good' }), user);
  assert.deepEqual(await callerOf({ 'x-access-token': 'Bearer good' }), user);
});

test('authorization goes before x-access-token', async () => {
  await assert.rejects(callerOf({ authorization: 'Bearer bad', 'x-access-token': 'good' }), refused('TOKEN_INVALID'));
});

test('a token that does not hold is never taken for no token', async () => {
  await assert.rejects(callerOf({ authorization: 'Bearer bad' }), refused('TOKEN_INVALID'));
  await assert.rejects(callerOf({ 'x-access-token': 'bad' }), refused('TOKEN_INVALID'));
  await assert.rejects(callerOf({ authorization: 'Basic dTpw' }), refused('TOKEN_INVALID'));
  await assert.rejects(callerOf({ authorization: 'Bearer' }), refused('TOKEN_INVALID'));
  await assert.rejects(callerOf({ 'x-service-authorization': 'svc' }), refused('SERVICE_TOKEN_INVALID'));
});

test('a service is known by its own token', async () => {
  assert.deepEqual(await callerOf({ 'x-service-authorization': 'Bearer svc' }), { kind: 'service', name: 'offer' });
});

test('a service that brings a token of a person acts for that person', async () => {
  const headers = { 'x-service-authorization': 'Bearer svc', authorization: 'Bearer good' };
  assert.deepEqual(await callerOf(headers), { kind: 'service', name: 'offer', user });
});

test('a good token of one kind does not excuse a bad one of the other', async () => {
  await assert.rejects(
    callerOf({ 'x-service-authorization': 'Bearer bad', authorization: 'Bearer good' }),
    refused('SERVICE_TOKEN_INVALID'),
  );
  await assert.rejects(
    callerOf({ 'x-service-authorization': 'Bearer svc', authorization: 'Bearer bad' }),
    refused('TOKEN_INVALID'),
  );
});
