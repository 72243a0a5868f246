import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { createTestDatabase, type TestDatabase } from '@doffers/testkit';
import { connect, createDatabase, type Database, migrate } from './index.ts';
import { migrationOf } from './test/with-tables.ts';

describe('migrate', () => {
  let testDatabase: TestDatabase;
  let db: Database;
  const databaseWith = (...statements: string[]) =>
    createDatabase({ url: testDatabase.url, entities: [], migrations: [migrationOf(...statements)] });

  beforeEach(async () => {
    testDatabase = await createTestDatabase('migrate');
    db = databaseWith('CREATE TABLE thing (id INT PRIMARY KEY)', 'CREATE TABLE other (id INT PRIMARY KEY)');
  });
  afterEach(async () => {
    if (db.isInitialized) await db.destroy();
    await testDatabase.drop();
  });

  it('lets exactly one of three processes apply the migrations', async () => {
    const others = [databaseWith('CREATE TABLE thing (id INT)', 'CREATE TABLE other (id INT)'), db];
    const applied = await Promise.all([db, ...others].map((each) => migrate(each)));
    assert.deepEqual(
      applied.toSorted((a, b) => a - b),
      [0, 0, 1],
    );
  });

  it('has nothing to do the second time', async () => {
    assert.equal(await migrate(db), 1);
    assert.equal(await migrate(db), 0);
  });

  it('gives its lock back when a migration fails, and tells why', async () => {
    const broken = databaseWith('CREATE TABLE thing (id NOTHING)');
    await assert.rejects(migrate(broken), /NOTHING/);
    assert.equal(await migrate(db), 1);
  });

  it('goes on behind the last statement when it was killed, also between an effect and its mark', async () => {
    const statements = [
      'CREATE TABLE thing (id INT PRIMARY KEY)',
      'INSERT INTO thing VALUES (1)',
      'ALTER TABLE thing ADD COLUMN name INT',
      'INSERT INTO thing VALUES (2, 2)',
    ];
    const rows = async () => Number((await db.query('SELECT COUNT(*) AS n FROM thing'))[0].n);
    await connect(db);
    // Killed at the third statement: the first two are never run again.
    await assert.rejects(migrate(databaseWith(...statements.slice(0, 2), 'ALTER TABLE nothing ADD COLUMN a INT')));
    assert.equal(await rows(), 1);
    // Killed when the third had taken effect but was not marked.
    await db.query('ALTER TABLE thing ADD COLUMN name INT');
    assert.equal(await migrate(databaseWith(...statements)), 1);
    assert.equal(await rows(), 2);
    assert.equal(await migrate(databaseWith(...statements)), 0);
  });

  it('does not take the failure of a new statement for a mark that is missing', async () => {
    const twice = databaseWith(
      'CREATE TABLE thing (id INT)',
      'CREATE TABLE thing (id INT)',
      'CREATE TABLE third (id INT)',
    );
    await assert.rejects(migrate(twice), /thing/);
  });

  it('works with the DDL user alone; the service user changes no table', async () => {
    const name = testDatabase.name;
    const admin = createDatabase({ url: testDatabase.url, entities: [], migrations: [] });
    await connect(admin);
    try {
      await admin.query(`CREATE USER '${name}_s'@'127.0.0.1' IDENTIFIED BY 'x'`);
      await admin.query(`GRANT SELECT, INSERT, UPDATE, DELETE ON \`${name}\`.* TO '${name}_s'@'127.0.0.1'`);
      const url = testDatabase.url.replace('root@', `${name}_s:x@`);
      const service = createDatabase({
        ...migrationUrl(),
        url,
        entities: [],
        migrations: [migrationOf('CREATE TABLE thing (id INT)')],
      });
      assert.equal(await migrate(service), 1);
      await connect(service);
      await service.query('INSERT INTO thing VALUES (1)');
      await assert.rejects(service.query('DROP TABLE thing'), { code: 'ER_TABLEACCESS_DENIED_ERROR' });
      await service.destroy();
    } finally {
      await admin.query(`DROP USER IF EXISTS '${name}_s'@'127.0.0.1'`);
      await admin.destroy();
    }
  });

  const migrationUrl = () => ({ migrationUrl: testDatabase.url });
});
