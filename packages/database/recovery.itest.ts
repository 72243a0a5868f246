import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createLogger } from '@doffers/process';
import {
  createTestDatabase,
  eventually,
  type TcpProxy,
  type TestDatabase,
  tcpProxy,
  testServers,
} from '@doffers/testkit';
import { connect, createDatabase, type Database, isUnreachable, ping } from './index.ts';

const log = createLogger({ name: 'test', destination: { write: () => undefined } });

describe('a database whose server goes away', () => {
  let testDatabase: TestDatabase;
  let proxy: TcpProxy;
  let db: Database;
  before(async () => {
    testDatabase = await createTestDatabase('recovery');
    proxy = await tcpProxy(testServers().stack.mariadb.port);
    const url = new URL(testDatabase.url);
    url.port = String(proxy.port);
    db = createDatabase({ url: url.href, entities: [], migrations: [] });
  });
  after(async () => {
    if (db.isInitialized) await db.destroy();
    await proxy.close();
    await testDatabase.drop();
  });

  it('is waited for at the start', async () => {
    await proxy.cut();
    const failures: number[] = [];
    const connecting = connect(db, {
      log: Object.assign(Object.create(log), { warn: ({ attempt }: { attempt: number }) => failures.push(attempt) }),
    });
    await eventually(() => assert.ok(failures.length >= 2));
    await assert.rejects(ping(db), /not connected/);
    await proxy.restore();
    await connecting;
    await ping(db);
  });

  it('is waited for only until the process has to stop', async () => {
    const never = createDatabase({ url: 'mysql://root@127.0.0.1:1/none', entities: [], migrations: [] });
    const stop = new AbortController();
    const connecting = connect(never, { signal: stop.signal });
    stop.abort(new Error('stopping'));
    await assert.rejects(connecting);
    assert.ok(!never.isInitialized);
  });

  it('fails calls while it is away, and serves them from the same pool when it is back', async () => {
    await Promise.all(Array.from({ length: 8 }, () => db.query('SELECT SLEEP(0.01)')));
    await proxy.cut();
    // First the connections of the pool turn out to be broken, then new ones are refused.
    for (let n = 0; n < 12; n++) {
      const failed = await db.query('SELECT 1').catch((error: unknown) => error);
      assert.ok(isUnreachable(failed), String(failed));
    }
    await proxy.restore();
    await eventually(() => ping(db));
    for (const answer of await Promise.all(Array.from({ length: 40 }, () => db.query('SELECT 1 AS one')))) {
      assert.equal(Number(answer[0].one), 1);
    }
  });

  it('tells a server that is away from a statement that is wrong', async () => {
    const refused = await db.query('SELECT nothing FROM nowhere').catch((error: unknown) => error);
    assert.ok(!isUnreachable(refused));
  });
});
