import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CommandError } from '../console/command-error.ts';
import { stackAt } from '../stack/stack.ts';
import { databaseUrlsOf, processEnvironment } from './process-environment.ts';

const stack = stackAt(4000);

describe('the environment of a process', () => {
  it('makes it part of its stack', () => {
    const env = processEnvironment({ LOG_LEVEL: 'debug', DOFFERS_PORT_OFFSET: '0' }, stack);
    assert.equal(env.DOFFERS_PORT_OFFSET, '4000');
    assert.match(env.KEYS_DIR ?? '', /\.run\/4000\/keys$/);
    assert.equal(env.LOG_LEVEL, 'debug');
  });

  it('holds no database address, which only its own service gets', () => {
    const env = processEnvironment(
      { AUTH_DATABASE_URL: 'a', USER_DATABASE_MIGRATION_URL: 'b', DATABASE_URL: 'c' },
      stack,
    );
    assert.deepEqual(
      Object.keys(env).filter((name) => name.includes('DATABASE')),
      [],
    );
  });

  it('does not make a node process believe that it is a test', () => {
    assert.equal(processEnvironment({ NODE_TEST_CONTEXT: 'child-v8' }, stack).NODE_TEST_CONTEXT, undefined);
  });

  it('lets the sandbox play Google, unless it is production', () => {
    assert.match(processEnvironment({}, stack).FCM_CA_FILE ?? '', /sandbox-ca\.crt$/);
    assert.equal(processEnvironment({ DOFFERS_MODE: 'production' }, stack).FCM_CA_FILE, undefined);
  });
});

describe('database addresses', () => {
  it('are known in the sandbox and on the stack’s own port', () => {
    assert.equal(databaseUrlsOf({}, stack).auth.rows, 'mysql://auth_svc:sandbox-auth-svc@127.0.0.1:17306/auth_db');
  });

  it('come from the environment when it names them', () => {
    const urls = databaseUrlsOf({ USER_DATABASE_URL: 'mysql://u:p@db/user' }, stack);
    assert.equal(urls.user.rows, 'mysql://u:p@db/user');
  });

  it('must all be named in production', () => {
    assert.throws(
      () => databaseUrlsOf({ DOFFERS_MODE: 'production', AUTH_DATABASE_URL: 'mysql://u:p@db/auth' }, stack),
      (error) => {
        assert.ok(error instanceof CommandError);
        assert.match(error.message, /AUTH_DATABASE_MIGRATION_URL, USER_DATABASE_URL/);
        assert.doesNotMatch(error.message, /AUTH_DATABASE_URL/);
        return true;
      },
    );
  });
});
