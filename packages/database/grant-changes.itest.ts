import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { createTestDatabase, type TestDatabase } from '@doffers/testkit';
import { DataSource } from 'typeorm';
import { createDatabase } from './database.ts';
import { migrate } from './migrate.ts';

class Books1795000000001 {
  readonly name = 'Books1795000000001';
  async up(db: { query(sql: string): Promise<unknown> }) {
    await db.query('CREATE TABLE journal (id INT NOT NULL PRIMARY KEY) ENGINE = InnoDB');
    await db.query('CREATE TABLE wallet (id INT NOT NULL PRIMARY KEY) ENGINE = InnoDB');
  }
  async down() {}
}
class Books1795000000002 {
  readonly name = 'Books1795000000002';
  async up(db: { query(sql: string): Promise<unknown> }) {
    await db.query('CREATE TABLE lot (id INT NOT NULL PRIMARY KEY) ENGINE = InnoDB');
  }
  async down() {}
}

describe('the user of the rows, where tables are append-only', () => {
  let home: TestDatabase;
  let root: DataSource;
  const suffix = randomBytes(3).toString('hex');
  const [svc, ddl] = [`svc_${suffix}`, `ddl_${suffix}`];
  const urlOf = (user: string) => home.url.replace('root@', `${user}:secret@`);
  const database = (migrations: (typeof Books1795000000001 | typeof Books1795000000002)[]) =>
    createDatabase({
      url: urlOf(svc),
      migrationUrl: urlOf(ddl),
      entities: [],
      migrations: migrations as never,
      appendOnly: ['journal'],
      poolSize: 1,
    });

  before(async () => {
    home = await createTestDatabase('grants');
    root = await new DataSource({ type: 'mysql', url: home.url }).initialize();
    const exactly = `\`${home.name.replaceAll('_', '\\_')}\`.*`;
    for (const user of [svc, ddl]) await root.query(`CREATE USER '${user}'@'127.0.0.1' IDENTIFIED BY 'secret'`);
    await root.query(`GRANT SELECT, INSERT, EXECUTE ON ${exactly} TO '${svc}'@'127.0.0.1'`);
    await root.query(`REVOKE UPDATE, DELETE ON ${exactly} FROM '${svc}'@'127.0.0.1'`);
    await root.query(`GRANT ALL PRIVILEGES ON ${exactly} TO '${ddl}'@'127.0.0.1' WITH GRANT OPTION`);
  });
  after(async () => {
    for (const user of [svc, ddl]) await root.query(`DROP USER '${user}'@'127.0.0.1'`);
    await root.destroy();
    await home.drop();
  });

  it('adds and reads rows of all, and changes those of the others only, also of tables that come later', async () => {
    await migrate(database([Books1795000000001]));
    await migrate(database([Books1795000000001, Books1795000000002]));
    assert.equal(await migrate(database([Books1795000000001, Books1795000000002])), 0);
    const db = await database([Books1795000000001, Books1795000000002]).initialize();
    try {
      for (const table of ['journal', 'wallet', 'lot']) await db.query(`INSERT INTO ${table} VALUES (1)`);
      for (const table of ['wallet', 'lot']) {
        await db.query(`UPDATE ${table} SET id = 2`);
        await db.query(`DELETE FROM ${table}`);
      }
      await assert.rejects(db.query('UPDATE journal SET id = 2'), { errno: 1142 });
      await assert.rejects(db.query('DELETE FROM journal'), { errno: 1142 });
      await assert.rejects(db.query('TRUNCATE TABLE journal'), { errno: 1142 });
      assert.equal((await db.query('SELECT * FROM journal')).length, 1);
    } finally {
      await db.destroy();
    }
  });
});
