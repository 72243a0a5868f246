import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { connect, createDatabase, createFieldCipher, type Database, migrate } from '@doffers/database';
import { createLogger, createMetrics } from '@doffers/process';
import { createTestDatabase, eventually, fixedClock, type TestDatabase } from '@doffers/testkit';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import {
  type ApplyWebhooks,
  createWebhookEvents,
  oneByOne,
  startWebhookApplier,
  type WebhookEvents,
  webhookEventTable,
} from './index.ts';

class Tables1795392000000 implements MigrationInterface {
  readonly name = 'Tables1795392000000';
  async up(db: QueryRunner): Promise<void> {
    await db.query(webhookEventTable);
    await db.query('CREATE TABLE effect (body VARCHAR(80) NOT NULL)');
  }
  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP TABLE effect, webhook_event');
  }
}

const cipher = createFieldCipher({
  dataKey: Buffer.alloc(32, 1).toString('base64'),
  indexKey: Buffer.alloc(32, 2).toString('base64'),
});
const log = createLogger({ name: 'webhooks-test', level: 'error' });

describe('webhook events', () => {
  const now = fixedClock('2026-11-23T06:00:00Z');
  let home: TestDatabase;
  let db: Database;
  let events: WebhookEvents;

  before(async () => {
    home = await createTestDatabase('webhooks');
    db = createDatabase({ url: home.url, entities: [], migrations: [Tables1795392000000] });
    await connect(db);
    await migrate(db);
    events = createWebhookEvents({ db, cipher, now });
  });
  after(async () => {
    await db.destroy();
    await home.drop();
  });
  beforeEach(async () => {
    await db.query('DELETE FROM effect');
    await db.query('DELETE FROM webhook_event');
  });

  const write = oneByOne(async (tx, body) => {
    await tx.query('INSERT INTO effect VALUES (?)', [body]);
    return ['written'];
  });
  const effects = async () => (await db.query('SELECT body FROM effect')).map((row: { body: string }) => row.body);
  const send = (text: string) => events.store(Buffer.from(text));

  it('keep one copy of a body however often it is delivered', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => send('{"event":"paid"}')));
    assert.equal(answers.filter(Boolean).length, 1);
    assert.equal((await events.applyNext(write)).kind, 'applied');
    assert.equal((await events.applyNext(write)).kind, 'none');
    assert.equal(await send('{"event":"paid"}'), false, 'also after it was applied');
    assert.deepEqual(await effects(), ['{"event":"paid"}']);
  });

  it('do not lie in clear text in the table', async () => {
    const text = '{"contact":"+919876543210"}';
    await send(text);
    const [row] = await db.query('SELECT body FROM webhook_event');
    for (const readable of [text, Buffer.from(text).toString('base64')]) {
      assert.ok(!row.body.toString('latin1').includes(readable));
    }
  });

  it('are applied in the order in which they came', async () => {
    for (const text of ['first', 'second', 'third']) {
      await send(text);
      now.advance(1);
    }
    while ((await events.applyNext(write)).kind === 'applied');
    assert.deepEqual(await effects(), ['first', 'second', 'third']);
  });

  it('are applied once when many processes apply at the same time', async () => {
    const sent = Array.from({ length: 30 }, (_, n) => `event ${n}`);
    for (const text of sent) await send(text);
    const drain = async () => {
      while ((await events.applyNext(write)).kind === 'applied');
    };
    await Promise.all([drain(), drain(), drain(), drain()]);
    assert.deepEqual((await effects()).toSorted(), sent.toSorted());
  });

  it('have no effect when applying fails, wait longer each time, and do not hold back others', async () => {
    await send('poison');
    now.advance(1);
    await send('good');
    let failures = 0;
    const apply: ApplyWebhooks = async (tx, bodies) => {
      await write(tx, bodies);
      if (bodies.includes('poison') && failures++ < 2) throw new Error('half done');
      return [];
    };
    assert.equal((await events.applyNext(apply)).kind, 'failed');
    assert.equal((await events.applyNext(apply)).kind, 'applied');
    assert.equal((await events.applyNext(apply)).kind, 'none', 'the failed one waits');
    assert.deepEqual(await effects(), ['good']);

    now.advance(500);
    assert.equal((await events.applyNext(apply)).kind, 'failed');
    now.advance(500);
    assert.equal((await events.applyNext(apply)).kind, 'none', 'twice as long after the second failure');
    now.advance(500);
    assert.equal((await events.applyNext(apply)).kind, 'applied');
    assert.deepEqual(await effects(), ['good', 'poison']);
  });

  it('are applied together in one transaction, in their order, as many as are asked for', async () => {
    for (const body of ['one', 'two', 'three']) {
      await send(body);
      now.advance(1);
    }
    const groups: (readonly string[])[] = [];
    const apply: ApplyWebhooks = (tx, bodies) => {
      groups.push(bodies);
      return write(tx, bodies);
    };
    assert.deepEqual(await events.applyNext(apply, 2), {
      kind: 'applied',
      events: 2,
      outcomes: ['written', 'written'],
    });
    assert.equal((await events.applyNext(apply, 2)).kind, 'applied');
    assert.deepEqual(groups, [['one', 'two'], ['three']]);
    assert.equal(await events.lagSeconds(), 0);
  });

  it('of which one cannot be applied hold back no other, though they were tried together', async () => {
    const stored = createWebhookEvents({ db, cipher });
    for (const body of ['a', 'b', 'poison', 'c', 'd']) await stored.store(Buffer.from(body));
    const apply: ApplyWebhooks = async (tx, bodies) => {
      const outcomes = await write(tx, bodies);
      if (bodies.includes('poison')) throw new Error('never');
      return outcomes;
    };
    const applier = startWebhookApplier({
      events: stored,
      apply,
      atOnce: 10,
      provider: 'test',
      log: createLogger({ name: 'webhooks-test', level: 'error' }),
      metrics: createMetrics('webhooks-together-test'),
      pollMs: 3_600_000,
    });
    try {
      await eventually(async () => assert.deepEqual((await effects()).toSorted(), ['a', 'b', 'c', 'd']));
      const [waiting] = await db.query(
        'SELECT COUNT(*) AS n, MAX(attempts) AS attempts FROM webhook_event WHERE applied_at IS NULL',
      );
      assert.deepEqual([Number(waiting.n), Number(waiting.attempts)], [1, 1]);
    } finally {
      await applier.stop();
    }
  });

  it('tell how long the oldest has waited', async () => {
    assert.equal(await events.lagSeconds(), 0);
    await send('waiting');
    now.advance(2_500);
    assert.equal(await events.lagSeconds(), 2.5);
    await events.applyNext(write);
    assert.equal(await events.lagSeconds(), 0);
  });

  it('are forgotten after their time, but never before they were applied', async () => {
    await send('applied');
    await events.applyNext(write);
    now.advance(1);
    await send('still waiting');
    now.advance(31 * 24 * 3_600_000);
    assert.equal(await events.prune(now()), 1);
    assert.equal((await events.applyNext(write)).kind, 'applied');
    assert.deepEqual(await effects(), ['applied', 'still waiting']);
  });

  it('that a dead process left behind are applied by the next one, and new ones when it is woken', async () => {
    const stored = createWebhookEvents({ db, cipher });
    await stored.store(Buffer.from('left behind'));
    const metrics = createMetrics('webhooks-test');
    const applier = startWebhookApplier({
      events: stored,
      apply: write,
      provider: 'test',
      log,
      metrics,
      pollMs: 3_600_000,
      restMs: 3_600_000,
    });
    try {
      await eventually(async () => assert.deepEqual(await effects(), ['left behind']));
      await stored.store(Buffer.from('new'));
      applier.wake();
      await eventually(async () => assert.deepEqual(await effects(), ['left behind', 'new']));
      assert.match(await metrics.metrics(), /doffers_webhook_events_total\{provider="test",outcome="written"\} 2/);
    } finally {
      await applier.stop();
    }
  });
});
