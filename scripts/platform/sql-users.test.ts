import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { databaseUsersSql } from './sql-users.ts';

const url = (user: string, password = 'secret') =>
  `mysql://${user}:${encodeURIComponent(password)}@127.0.0.1:13306/auth_db`;

describe('database users', () => {
  const statements = databaseUsersSql({ auth: { rows: url('auth_svc'), migrations: url('auth_ddl') } }, '127.0.0.1');

  it('lets the service user touch rows of its own database only', () => {
    const grants = statements.filter((statement) => /^GRANT.*auth_svc/.test(statement));
    assert.deepEqual(grants, [
      "GRANT SELECT, INSERT, UPDATE, DELETE, EXECUTE ON `auth\\_db`.* TO 'auth_svc'@'127.0.0.1'",
    ]);
  });

  it('lets the payment service add rows, and leaves it to the migrations where it may change them', () => {
    const urls = { rows: url('payment_svc'), migrations: url('payment_ddl') };
    const rights = databaseUsersSql({ payment: urls }, '%').filter((statement) => /^(GRANT|REVOKE)/.test(statement));
    assert.deepEqual(rights, [
      "GRANT SELECT, INSERT, EXECUTE ON `auth\\_db`.* TO 'payment_svc'@'%'",
      "REVOKE UPDATE, DELETE ON `auth\\_db`.* FROM 'payment_svc'@'%'",
      "GRANT ALL PRIVILEGES ON `auth\\_db`.* TO 'payment_ddl'@'%' WITH GRANT OPTION",
    ]);
  });

  it('keeps what each start repeats out of the binary log', () => {
    assert.equal(statements[0], 'SET SESSION sql_log_bin = 0');
  });

  it('follows a changed password, whatever characters it has', () => {
    const [alter] = databaseUsersSql(
      { auth: { rows: url('auth_svc', "it's@home"), migrations: url('auth_ddl') } },
      '%',
    ).filter((statement) => statement.startsWith('ALTER USER'));
    assert.equal(alter, "ALTER USER 'auth_svc'@'%' IDENTIFIED BY 'it''s@home'");
  });

  it('refuses text that could end a statement early', () => {
    const migrations = url('auth_ddl');
    assert.throws(
      () => databaseUsersSql({ auth: { rows: url('auth_svc', "a\\' OR"), migrations } }, '%'),
      /backslashes/,
    );
    assert.throws(() => databaseUsersSql({ auth: { rows: 'mysql://auth_svc:p@h/a`b', migrations } }, '%'), /must read/);
  });
});
