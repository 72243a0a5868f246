import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { commandTable, newId, once, pruneCommands, requestHash, transaction } from './index.ts';
import { type WithTables, withTables } from './test/with-tables.ts';

describe('once', () => {
  let tables: WithTables;
  before(async () => {
    tables = await withTables('commands', [commandTable, 'CREATE TABLE effect (id CHAR(36) PRIMARY KEY)']);
  });
  after(() => tables.close());
  beforeEach(() => tables.db.query('DELETE FROM effect'));

  const effects = async () => (await tables.db.query('SELECT id FROM effect')).length;
  const command = (requestId: string, request: unknown = { name: 'x' }, work = async () => {}) =>
    transaction(tables.db, (tx) =>
      once(tx, { scope: 'test.Make/somebody', requestId, hash: requestHash(request) }, async () => {
        const id = newId();
        await tx.query('INSERT INTO effect VALUES (?)', [id]);
        await work();
        return { id, madeAt: new Date('2026-11-24T10:00:00.123Z'), amount: 5n, note: undefined };
      }),
    );

  it('has one effect for fifty at once, and every one of them gets the same answer', async () => {
    const id = newId();
    const answers = await Promise.all(Array.from({ length: 50 }, () => command(id)));
    assert.equal(await effects(), 1);
    const [first] = answers;
    for (const answer of answers) assert.equal(answer.id, first?.id);
  });

  it('answers a repetition with what the first one got, dates and big numbers included', async () => {
    const id = newId();
    const { note: _note, ...first } = await command(id);
    assert.deepEqual(await command(id), first);
    assert.equal(await effects(), 1);
  });

  it('takes the same request in another order of its fields for the same', async () => {
    const id = newId();
    const first = await command(id, { a: 1, b: { c: 2, d: [1, 2] } });
    assert.equal((await command(id, { b: { d: [1, 2], c: 2 }, a: 1 })).id, first.id);
  });

  it('refuses the same id with other content, also while the first is still at work', async () => {
    const id = newId();
    const started = Promise.withResolvers<void>();
    const finish = Promise.withResolvers<void>();
    const first = command(id, { amount: 1 }, () => {
      started.resolve();
      return finish.promise;
    });
    await started.promise;
    const other = assert.rejects(command(id, { amount: 2 }), {
      code: 'already_exists',
      reason: 'IDEMPOTENCY_KEY_REUSED',
    });
    finish.resolve();
    await first;
    await other;
    assert.equal(await effects(), 1);
  });

  it('keeps the ids of two scopes apart', async () => {
    const requestId = newId();
    const of = (scope: string) =>
      transaction(tables.db, (tx) => once(tx, { scope, requestId, hash: requestHash(scope) }, async () => scope));
    assert.deepEqual([await of('a'), await of('b'), await of('a')], ['a', 'b', 'a']);
  });

  it('forgets a command that failed, so that it may succeed later', async () => {
    const id = newId();
    const refused = command(id, {}, () => Promise.reject(new Error('not now')));
    await assert.rejects(refused, /not now/);
    assert.equal(await effects(), 0);
    await command(id, {});
    assert.equal(await effects(), 1);
  });

  it('lets one of those that waited take the place of a first that failed', async () => {
    const id = newId();
    const started = Promise.withResolvers<void>();
    const fail = Promise.withResolvers<void>();
    const first = command(id, {}, () => {
      started.resolve();
      return fail.promise;
    });
    await started.promise;
    const waiting = Array.from({ length: 5 }, () => command(id, {}));
    fail.reject(new Error('rolled back'));
    await assert.rejects(first, /rolled back/);
    const answers = await Promise.all(waiting);
    assert.equal(new Set(answers.map((answer) => answer.id)).size, 1);
    assert.equal(await effects(), 1);
  });

  it('prunes what is older than asked, and nothing else', async () => {
    const [old, fresh] = [newId(), newId()];
    const before = await command(old);
    await command(fresh);
    await tables.db.query('UPDATE command SET created_at = ? WHERE request_id = ?', [new Date('2020-01-01'), old]);
    assert.equal(await pruneCommands(tables.db, new Date('2021-01-01')), 1);
    assert.notEqual((await command(old)).id, before.id);
  });
});
