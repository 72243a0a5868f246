import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { isDuplicateKey, type Transaction, transaction } from './index.ts';
import { type WithTables, withTables } from './test/with-tables.ts';

describe('transaction', () => {
  let tables: WithTables;
  before(async () => {
    tables = await withTables('transaction', [
      'CREATE TABLE account (id INT PRIMARY KEY, balance INT NOT NULL, CONSTRAINT uq_balance UNIQUE (id, balance))',
    ]);
  });
  after(() => tables.close());
  beforeEach(async () => {
    await tables.db.query('DELETE FROM account');
    await tables.db.query('INSERT INTO account VALUES (1, 100), (2, 100)');
  });

  const add = (tx: Transaction, id: number) => tx.query('UPDATE account SET balance = balance + 1 WHERE id = ?', [id]);
  const balances = async () => {
    const rows = await tables.db.query('SELECT balance FROM account ORDER BY id');
    return rows.map(({ balance }: { balance: number }) => balance);
  };

  /** Two transactions that lock rows 1 and 2 in opposite order, each waiting until the other has its first lock. */
  const deadlock = async (retryDeadlocks: number) => {
    let runs = 0;
    const bothHoldOne = Promise.withResolvers<void>();
    let holders = 0;
    const crossing = (first: number, second: number) =>
      transaction(
        tables.db,
        async (tx) => {
          runs++;
          await add(tx, first);
          if (++holders === 2) bothHoldOne.resolve();
          await bothHoldOne.promise;
          await add(tx, second);
        },
        { retryDeadlocks },
      );
    const results = await Promise.allSettled([crossing(1, 2), crossing(2, 1)]);
    return { runs, results };
  };

  it('runs the loser of a deadlock again, and both take effect once', async () => {
    const { runs, results } = await deadlock(3);
    assert.deepEqual(
      results.map(({ status }) => status),
      ['fulfilled', 'fulfilled'],
    );
    assert.equal(runs, 3);
    assert.deepEqual(await balances(), [102, 102]);
  });

  it('gives up when it may not retry: the loser has left no trace', async () => {
    const { runs, results } = await deadlock(0);
    assert.deepEqual(results.map(({ status }) => status).toSorted(), ['fulfilled', 'rejected']);
    assert.equal(runs, 2);
    assert.deepEqual(await balances(), [101, 101]);
  });

  it('rolls back everything when the work throws, and does not repeat it', async () => {
    let runs = 0;
    const work = async (tx: Transaction) => {
      runs++;
      await add(tx, 1);
      throw new Error('no');
    };
    await assert.rejects(transaction(tables.db, work), /no/);
    assert.equal(runs, 1);
    assert.deepEqual(await balances(), [100, 100]);
  });

  it('reads what others have committed meanwhile', async () => {
    await transaction(tables.db, async (tx) => {
      const read = async () => (await tx.query('SELECT balance FROM account WHERE id = 1'))[0].balance;
      assert.equal(await read(), 100);
      await tables.db.query('UPDATE account SET balance = 7 WHERE id = 1');
      assert.equal(await read(), 7);
    });
  });

  it('tells a duplicate key from other failures, and which key it was', async () => {
    const duplicate = await tables.db.query('INSERT INTO account VALUES (1, 5)').catch((error: unknown) => error);
    assert.ok(isDuplicateKey(duplicate));
    assert.ok(isDuplicateKey(duplicate, 'PRIMARY'));
    assert.ok(!isDuplicateKey(duplicate, 'uq_balance'));
    const other = await tables.db.query('INSERT INTO account VALUES (NULL, 5)').catch((error: unknown) => error);
    assert.ok(!isDuplicateKey(other));
  });
});
