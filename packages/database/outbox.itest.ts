import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { createLogger } from '@doffers/process';
import { eventually } from '@doffers/testkit';
import { Registry } from 'prom-client';
import { append, type OutboxMessage, type OutboxRelay, outboxTable, startOutboxRelay, transaction } from './index.ts';
import { type WithTables, withTables } from './test/with-tables.ts';

const log = createLogger({ name: 'test', destination: { write: () => undefined } });

describe('the outbox', () => {
  let tables: WithTables;
  let relays: OutboxRelay[] = [];
  before(async () => {
    tables = await withTables('outbox', [outboxTable]);
  });
  after(() => tables.close());
  beforeEach(() => tables.db.query('DELETE FROM outbox'));
  afterEach(async () => {
    await Promise.all(relays.map((relay) => relay.stop()));
    relays = [];
  });

  const say = (key: string, payload: unknown) =>
    transaction(tables.db, (tx) => append(tx, { topic: 'test.said', key, payload }));
  const relay = (deliver: (message: OutboxMessage) => Promise<void>, metrics = new Registry()) =>
    relays.push(startOutboxRelay({ db: tables.db, deliver, log, metrics, pollMs: 20 }));
  const undelivered = async () => (await tables.db.query('SELECT id FROM outbox WHERE delivered_at IS NULL')).length;
  const allDelivered = () => eventually(async () => assert.equal(await undelivered(), 0));

  it('delivers what was committed, with its topic, key and payload', async () => {
    const seen: OutboxMessage[] = [];
    relay(async (message) => void seen.push(message));
    await say('shop-1', { name: 'दुकान', count: 3 });
    await allDelivered();
    assert.deepEqual(
      seen.map(({ id: _id, ...rest }) => rest),
      [{ topic: 'test.said', key: 'shop-1', payload: { name: 'दुकान', count: 3 } }],
    );
  });

  it('delivers nothing of what was rolled back', async () => {
    const seen: unknown[] = [];
    relay(async ({ payload }) => void seen.push(payload));
    const failing = transaction(tables.db, async (tx) => {
      await append(tx, { topic: 'test.said', key: 'k', payload: 'never' });
      throw new Error('no');
    });
    await assert.rejects(failing, /no/);
    await say('k', 'after');
    await allDelivered();
    assert.deepEqual(seen, ['after']);
  });

  it('keeps the order of each key, though one message fails twice and keys overtake each other', async () => {
    const seen: Record<string, unknown[]> = { slow: [], quick: [] };
    let failures = 2;
    for (let n = 1; n <= 20; n++) {
      await say('slow', n);
      await say('quick', n);
    }
    const quickWasDone: boolean[] = [];
    relay(async ({ key, payload }) => {
      if (key === 'slow' && payload === 3 && failures-- > 0) throw new Error('receiver is away');
      if (key === 'slow' && payload === 3) quickWasDone.push(seen.quick?.length === 20);
      seen[key]?.push(payload);
    });
    await allDelivered();
    const inOrder = Array.from({ length: 20 }, (_, n) => n + 1);
    assert.deepEqual(seen, { slow: inOrder, quick: inOrder });
    assert.deepEqual(quickWasDone, [true]);
  });

  it('delivers again what a crash left unmarked', async () => {
    const seen: unknown[] = [];
    relay(async ({ payload }) => {
      seen.push(payload);
      if (seen.length > 1) return;
      // The receiver has it; then the relay loses its connection before it can mark the row.
      const holder = `SELECT IS_USED_LOCK(CONCAT('outbox:', DATABASE())) AS id`;
      const [{ id }] = await tables.db.query(holder);
      await tables.db.query(`KILL ${Number(id)}`);
    });
    await say('k', 'once or twice');
    await allDelivered();
    assert.deepEqual(seen, ['once or twice', 'once or twice']);
  });

  it('is delivered by one relay at a time, however many run', async () => {
    let working = 0;
    let most = 0;
    const seen: unknown[] = [];
    const deliver = async ({ payload }: OutboxMessage) => {
      most = Math.max(most, ++working);
      await new Promise(setImmediate);
      working--;
      seen.push(payload);
    };
    for (let n = 0; n < 30; n++) await say('one-key', n);
    for (let n = 0; n < 3; n++) relay(deliver);
    await allDelivered();
    assert.equal(most, 1);
    assert.deepEqual(
      seen,
      Array.from({ length: 30 }, (_, n) => n),
    );
  });

  it('has another relay take over when the first one stops', async () => {
    const seen: string[] = [];
    relay(async () => void seen.push('first'));
    await say('k', 1);
    await allDelivered();
    relay(async () => void seen.push('second'));
    await relays[0]?.stop();
    await say('k', 2);
    await allDelivered();
    assert.deepEqual(seen, ['first', 'second']);
  });

  it('measures how long the oldest message has waited', async () => {
    const metrics = new Registry();
    await say('k', 'x');
    await tables.db.query('UPDATE outbox SET created_at = NOW(3) - INTERVAL 90 SECOND');
    relay(() => Promise.reject(new Error('receiver is away')), metrics);
    await eventually(async () => {
      const [, lag = '0'] = /^doffers_outbox_lag_seconds (\S+)$/m.exec(await metrics.metrics()) ?? [];
      assert.ok(Number(lag) >= 90, `lag is ${lag}`);
    });
  });

  it('forgets delivered messages after a week, and never an undelivered one', async () => {
    await say('old', 1);
    await say('stuck', 2);
    await tables.db.query(`UPDATE outbox SET created_at = NOW(3) - INTERVAL 30 DAY`);
    await tables.db.query(`UPDATE outbox SET delivered_at = NOW(3) - INTERVAL 8 DAY WHERE ordering_key = 'old'`);
    relay(() => Promise.reject(new Error('receiver is away')));
    await eventually(async () => {
      const rows = await tables.db.query('SELECT ordering_key FROM outbox');
      assert.deepEqual(
        rows.map((row: { ordering_key: string }) => row.ordering_key),
        ['stuck'],
      );
    });
  });
});
