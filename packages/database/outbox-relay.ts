import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '@doffers/process';
import { Gauge, type Registry } from 'prom-client';
import type { QueryRunner } from 'typeorm';
import type { Database } from './database.ts';
import type { OutboxMessage } from './outbox.ts';

const batchSize = 200;
const keysAtOnce = 8;
const maxDelayMs = 60_000;
const keptDays = 7;

export type OutboxRelay = { stop(): Promise<void> };

type Options = {
  readonly db: Database;
  /** Hands one message over. It may see a message twice, and must not resolve before the receiver has it for good. */
  readonly deliver: (message: OutboxMessage) => Promise<void>;
  readonly log: Logger;
  readonly metrics?: Registry;
  readonly pollMs?: number;
};

type Row = { id: string; topic: string; ordering_key: string; payload: string; attempts: number };

/**
 * Delivers what `append` wrote: at least once, in order for each key, and marked as delivered only after `deliver` has
 * resolved. A message that cannot be delivered holds back its own key and no other.
 *
 * One relay works at a time for each database, under an advisory lock of the connection that also marks the rows: a
 * relay that loses its connection can mark nothing, and another takes over.
 */
export function startOutboxRelay(options: Options): OutboxRelay {
  const { log, pollMs = 250 } = options;
  const abort = new AbortController();
  const lag = options.metrics && lagGauge(options.metrics);

  const run = async () => {
    while (!abort.signal.aborted) {
      try {
        await relayWhileLeader({ ...options, pollMs }, abort.signal, (seconds) => lag?.set(seconds));
      } catch (err) {
        if (!abort.signal.aborted) log.warn({ err }, 'the outbox relay starts over');
      }
      await sleep(pollMs * (1 + Math.random()), undefined, { signal: abort.signal }).catch(() => undefined);
    }
  };
  const running = run();
  return {
    async stop() {
      abort.abort();
      await running;
    },
  };
}

async function relayWhileLeader(
  options: Options & { pollMs: number },
  signal: AbortSignal,
  reportLag: (seconds: number) => void,
): Promise<void> {
  const runner = options.db.createQueryRunner();
  try {
    if (!(await becomeLeader(runner))) return;
    while (!signal.aborted) {
      const delivered = await relayBatch(runner, options);
      reportLag(await lagSeconds(runner));
      if (delivered > 0) continue;
      await prune(runner);
      await sleep(options.pollMs, undefined, { signal }).catch(() => undefined);
    }
  } finally {
    // The connection goes back to the pool, so the lock has to be given back by name.
    await runner.query('DO RELEASE_LOCK(CONCAT(?, DATABASE()))', ['outbox:']).catch(() => undefined);
    await runner.release();
  }
}

async function becomeLeader(runner: QueryRunner): Promise<boolean> {
  const [{ locked }] = await runner.query('SELECT GET_LOCK(CONCAT(?, DATABASE()), 0) AS locked', ['outbox:']);
  return Number(locked) === 1;
}

/** Delivers the oldest messages whose key is not waiting for a retry; answers how many were delivered. */
async function relayBatch(runner: QueryRunner, { deliver, log }: Options): Promise<number> {
  const rows: Row[] = await runner.query(
    `SELECT id, topic, ordering_key, payload, attempts FROM outbox
      WHERE delivered_at IS NULL
        AND NOT EXISTS (SELECT 1 FROM outbox earlier
                         WHERE earlier.ordering_key = outbox.ordering_key AND earlier.delivered_at IS NULL
                           AND earlier.id <= outbox.id AND earlier.next_attempt_at > ?)
      ORDER BY id LIMIT ${batchSize}`,
    [new Date()],
  );
  const queues = [...Map.groupBy(rows, (row) => row.ordering_key).values()];
  let delivered = 0;
  const drainQueues = async () => {
    for (let queue = queues.shift(); queue; queue = queues.shift()) {
      for (const row of queue) {
        if (!(await relayOne(runner, row, { deliver, log }))) break;
        delivered++;
      }
    }
  };
  await Promise.all(Array.from({ length: keysAtOnce }, drainQueues));
  return delivered;
}

async function relayOne(runner: QueryRunner, row: Row, { deliver, log }: Pick<Options, 'deliver' | 'log'>) {
  try {
    await deliver({ id: row.id, topic: row.topic, key: row.ordering_key, payload: JSON.parse(row.payload) });
  } catch (err) {
    log.warn({ err, topic: row.topic, outboxId: row.id, attempts: row.attempts + 1 }, 'could not deliver');
    const next = new Date(Date.now() + retryDelayMs(row.attempts));
    await runner.query('UPDATE outbox SET attempts = attempts + 1, next_attempt_at = ? WHERE id = ?', [next, row.id]);
    return false;
  }
  await runner.query('UPDATE outbox SET delivered_at = ? WHERE id = ?', [new Date(), row.id]);
  return true;
}

const retryDelayMs = (attempts: number) => Math.min(maxDelayMs, 200 * 2 ** attempts) * (0.5 + Math.random() / 2);

async function lagSeconds(runner: QueryRunner): Promise<number> {
  const [oldest] = await runner.query('SELECT created_at FROM outbox WHERE delivered_at IS NULL ORDER BY id LIMIT 1');
  return oldest ? Math.max(0, (Date.now() - oldest.created_at.getTime()) / 1_000) : 0;
}

async function prune(runner: QueryRunner): Promise<void> {
  const before = new Date(Date.now() - keptDays * 24 * 3_600_000);
  await runner.query('DELETE FROM outbox WHERE delivered_at < ? LIMIT 1000', [before]);
}

function lagGauge(registry: Registry): Gauge {
  return new Gauge({
    name: 'doffers_outbox_lag_seconds',
    help: 'Age of the oldest message that has not been delivered yet; 0 when there is none.',
    registers: [registry],
  });
}
