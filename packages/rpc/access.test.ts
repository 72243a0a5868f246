import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DomainError } from '@doffers/errors';
import { Role } from '@doffers/proto/access/v1/access';
import { accessOf, authorize, type Caller, methodsOf, type UserCaller } from './index.ts';
import { faultServiceWith } from './test/fault-variant.ts';

type Wanted = Parameters<typeof faultServiceWith>[0][string];
const echoWith = (access: Wanted) => faultServiceWith({ Echo: access }).method.echo;

const anonymous: Caller = { kind: 'anonymous' };
const customer: UserCaller = {
  kind: 'user',
  userId: 'u-1',
  sessionId: 's-1',
  roles: ['customer'],
  aal: 1,
  audience: 'doffers',
};
const admin: UserCaller = { ...customer, roles: ['customer', 'admin'] };
const service: Caller = { kind: 'service', name: 'offer' };

const reasonOf = (access: Wanted, caller: Caller): string => {
  try {
    authorize(accessOf(echoWith(access)), caller);
    return 'allowed';
  } catch (error) {
    assert.ok(error instanceof DomainError);
    return `${error.code} ${error.reason}`;
  }
};

test('reads the three kinds of access from the option', () => {
  assert.deepEqual(accessOf(echoWith({ public: true })), { kind: 'public' });
  assert.deepEqual(accessOf(echoWith({ internal: true })), { kind: 'internal' });
  assert.deepEqual(accessOf(echoWith({ roles: [Role.CUSTOMER, Role.ADMIN], minAal: 2 })), {
    kind: 'roles',
    roles: ['customer', 'admin'],
    minAal: 2,
  });
});

test('an assurance level that is not stated is 1', () => {
  assert.deepEqual(accessOf(echoWith({ roles: [Role.SHOPKEEPER] })), {
    kind: 'roles',
    roles: ['shopkeeper'],
    minAal: 1,
  });
});

test('refuses a method without the option, naming it', () => {
  assert.throws(
    () => accessOf(echoWith('missing')),
    /doffers\.fault\.v1\.FaultService\/Echo: the option .* is missing/,
  );
});

for (const [what, option, complaint] of [
  ['nothing is stated', {}, /exactly one of/],
  ['two things are stated', { public: true, internal: true }, /exactly one of/],
  ['public and roles are stated', { public: true, roles: [Role.ADMIN] }, /exactly one of/],
  ['an assurance level stands without roles', { public: true, minAal: 2 }, /min_aal needs roles/],
  ['the assurance level does not exist', { roles: [Role.ADMIN], minAal: 3 }, /min_aal is 1 or 2/],
  ['a role is unspecified', { roles: [Role.ROLE_UNSPECIFIED] }, /role 0 does not exist/],
] satisfies [string, Wanted, RegExp][]) {
  test(`refuses an option in which ${what}`, () => {
    assert.throws(() => accessOf(echoWith(option)), complaint);
  });
}

test('a public method is open to everybody', () => {
  for (const caller of [anonymous, customer, service]) assert.equal(reasonOf({ public: true }, caller), 'allowed');
});

test('an internal method is open to services only, with or without a person behind them', () => {
  assert.equal(reasonOf({ internal: true }, service), 'allowed');
  assert.equal(reasonOf({ internal: true }, { ...service, user: customer }), 'allowed');
  assert.equal(reasonOf({ internal: true }, anonymous), 'permission_denied INTERNAL_ONLY');
  assert.equal(reasonOf({ internal: true }, admin), 'permission_denied INTERNAL_ONLY');
});

test('a method for roles asks a stranger to log in', () => {
  assert.equal(reasonOf({ roles: [Role.ADMIN] }, anonymous), 'unauthenticated TOKEN_MISSING');
});

test('a method for roles is open to a person with one of them', () => {
  assert.equal(reasonOf({ roles: [Role.SHOPKEEPER, Role.ADMIN] }, admin), 'allowed');
  assert.equal(reasonOf({ roles: [Role.SHOPKEEPER, Role.ADMIN] }, customer), 'permission_denied ROLE_REQUIRED');
});

test('a service that brings a person has exactly the rights of that person', () => {
  assert.equal(reasonOf({ roles: [Role.ADMIN] }, { ...service, user: admin }), 'allowed');
  assert.equal(reasonOf({ roles: [Role.ADMIN] }, { ...service, user: customer }), 'permission_denied ROLE_REQUIRED');
});

test('a service alone has no role', () => {
  assert.equal(reasonOf({ roles: [Role.CUSTOMER] }, service), 'permission_denied ROLE_REQUIRED');
});

test('a method that needs a second factor asks for it', () => {
  const access = { roles: [Role.ADMIN], minAal: 2 };
  assert.equal(reasonOf(access, admin), 'permission_denied SECOND_FACTOR_REQUIRED');
  assert.equal(reasonOf(access, { ...admin, aal: 2 }), 'allowed');
});

test('a missing role is reported before a missing second factor', () => {
  assert.equal(reasonOf({ roles: [Role.ADMIN], minAal: 2 }, customer), 'permission_denied ROLE_REQUIRED');
});

test('lists the methods of several services', () => {
  const variant = faultServiceWith({});
  assert.deepEqual(
    methodsOf([variant, variant]).map(({ name }) => name),
    ['Fail', 'Echo', 'Wait', 'Stream', 'Fail', 'Echo', 'Wait', 'Stream'],
  );
});
