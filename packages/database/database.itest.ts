import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { microRupees, paise } from '@doffers/money';
import { EntitySchema } from 'typeorm';
import { bigintColumn, idColumn, idFromBytes, idToBytes, instantColumn, newId, paiseColumn, ping } from './index.ts';
import { type WithTables, withTables } from './test/with-tables.ts';

type Thing = { id: string; parentId: string | null; price: number; version: number; name: string; madeAt: Date };

const ThingEntity = new EntitySchema<Thing>({
  name: 'thing',
  tableName: 'thing',
  columns: {
    id: { ...idColumn('id'), primary: true },
    parentId: idColumn('parent_id', { nullable: true }),
    price: paiseColumn('price_paise'),
    version: bigintColumn('version'),
    name: { type: 'varchar', length: 40 },
    madeAt: instantColumn('made_at'),
  },
});

const table = `
  CREATE TABLE thing (
    id BINARY(16) PRIMARY KEY, parent_id BINARY(16) NULL, price_paise BIGINT NOT NULL, version BIGINT NOT NULL,
    name VARCHAR(40) CHARACTER SET utf8mb4 NOT NULL, made_at DATETIME(3) NOT NULL
  ) ENGINE = InnoDB`;

describe('a database', () => {
  let tables: WithTables;
  before(async () => {
    tables = await withTables('database', [table], [ThingEntity]);
  });
  after(() => tables.close());

  const thing = (changes: Partial<Thing> = {}): Thing => ({
    id: newId(),
    parentId: null,
    price: paise(1),
    version: 1,
    name: 'x',
    madeAt: new Date('2026-11-24T10:00:00.123Z'),
    ...changes,
  });
  const stored = async (row: Thing) => {
    const things = tables.db.getRepository(ThingEntity);
    await things.insert(row);
    return things.findOneByOrFail({ id: row.id });
  };

  it('gives back ids, amounts, instants and any text as they were', async () => {
    const row = thing({
      parentId: newId(),
      price: paise(Number.MAX_SAFE_INTEGER),
      version: microRupees(863_100),
      name: 'दीवाली 🪔 👨‍👩‍👧‍👦',
    });
    assert.deepEqual({ ...(await stored(row)) }, row);
  });

  it('finds rows by an id that is not the primary key, and by several ids', async () => {
    const parentId = newId();
    const [one, two] = [thing({ parentId }), thing({ parentId })];
    await stored(one);
    await stored(two);
    const found = await tables.db.getRepository(ThingEntity).findBy({ parentId });
    assert.deepEqual(found.map(({ id }) => id).toSorted(), [one.id, two.id].toSorted());
  });

  it('binds an id in hand-written SQL and reads it back', async () => {
    const row = await stored(thing());
    const [found] = await tables.db.query('SELECT id FROM thing WHERE id = ?', [idToBytes(row.id)]);
    assert.equal(idFromBytes(found.id), row.id);
  });

  it('keeps rows of one time together, because ids rise', () => {
    const ids = Array.from({ length: 1_000 }, newId);
    assert.deepEqual(ids, ids.toSorted());
    assert.equal(new Set(ids).size, 1_000);
  });

  it('refuses an amount that a number cannot hold exactly', async () => {
    const row = thing();
    await tables.db.query('INSERT INTO thing VALUES (?, NULL, 9007199254740993, 1, ?, NOW(3))', [
      idToBytes(row.id),
      'x',
    ]);
    await assert.rejects(tables.db.getRepository(ThingEntity).findOneBy({ id: row.id }), RangeError);
  });

  it('refuses text that does not fit instead of cutting it', async () => {
    await assert.rejects(stored(thing({ name: 'x'.repeat(41) })), { code: 'ER_DATA_TOO_LONG' });
  });

  it('refuses a condition that somebody forgot to fill', async () => {
    const forgotten = undefined as unknown as string;
    await assert.rejects(tables.db.getRepository(ThingEntity).findOneBy({ id: forgotten }), /undefined/);
  });

  it('takes a value for a value, whatever is written in it', async () => {
    const row = thing({ name: `'; DROP TABLE thing; -- \\` });
    assert.equal((await stored(row)).name, row.name);
  });

  it('runs every connection in READ COMMITTED and UTC', async () => {
    const settings = () =>
      tables.db.query("SHOW VARIABLES WHERE Variable_name IN ('tx_isolation', 'transaction_isolation', 'time_zone')");
    // More questions at once than the pool has connections: each one answers.
    for (const rows of await Promise.all(Array.from({ length: 24 }, settings))) {
      const values = new Set(rows.map(({ Value }: { Value: string }) => Value));
      assert.deepEqual(values, new Set(['READ-COMMITTED', '+00:00']));
    }
  });

  it('answers a ping', () => ping(tables.db));
});
