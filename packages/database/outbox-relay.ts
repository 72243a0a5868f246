import { setTimeout as sleep } from 'node:timers/promises';
import { backoffMs, inGroups, type Logger } from '@doffers/process';
import { Gauge, type Registry } from 'prom-client';
import type { QueryRunner } from 'typeorm';
import type { Database } from './database.ts';
import type { OutboxMessage } from './outbox.ts';

const batchSize = 200;
const keysAtOnce = 8;
const retryDelays = { firstDelayMs: 200, maxDelayMs: 60_000 };
const housekeepingMs = 5_000;
const keptDays = 7;

export type OutboxRelay = {
  /** Resolves when nothing is being delivered any more. */
  stop(): Promise<void>;
};

type Options = {
  readonly db: Database;
  /** Hands one message over. It may see a message twice, and must not resolve before the receiver has it for good. */
  readonly deliver: (message: OutboxMessage) => Promise<void>;
  readonly log: Logger;
  readonly metrics?: Registry;
  readonly pollMs?: number;
};

/**
 * Delivers what `append` wrote: at least once, in order for each key, marked as delivered only after `deliver` has
 * resolved. A message that cannot be delivered holds back its own key and no other.
 *
 * One relay works at a time for each database, under an advisory lock of the connection that also marks the rows: a
 * relay that loses its connection can mark nothing, and another takes over.
 */
export function startOutboxRelay(options: Options): OutboxRelay {
  const { db, log, pollMs = 250 } = options;
  const abort = new AbortController();
  const { signal } = abort;
  const lag = options.metrics && createLagGauge(options.metrics);

  const lead = async (connection: QueryRunner) => {
    let nextHousekeeping = 0;
    while (!signal.aborted) {
      const delivered = await relayBatch(connection, options, signal);
      if (Date.now() >= nextHousekeeping) {
        nextHousekeeping = Date.now() + housekeepingMs;
        lag?.set(await lagSeconds(connection));
        await prune(connection);
      }
      if (delivered === 0) await pause(pollMs, signal);
    }
  };

  const run = async () => {
    while (!signal.aborted) {
      await withLeaderLock(db, lead).catch((err: unknown) => {
        if (!signal.aborted) log.warn({ err }, 'the outbox relay starts over');
      });
      await pause(pollMs * (1 + Math.random()), signal);
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

/** Runs `lead` on a connection that holds the database's relay lock, if no other relay does. */
async function withLeaderLock(db: Database, lead: (connection: QueryRunner) => Promise<void>): Promise<void> {
  const connection = db.createQueryRunner();
  try {
    const [{ locked }] = await connection.query("SELECT GET_LOCK(CONCAT('outbox:', DATABASE()), 0) AS locked");
    if (Number(locked) !== 1) return;
    try {
      await lead(connection);
    } finally {
      // A connection that still lives goes back to the pool, so the lock has to be given back by name.
      await connection.query("DO RELEASE_LOCK(CONCAT('outbox:', DATABASE()))").catch(() => undefined);
    }
  } finally {
    await connection.release();
  }
}

type Row = { id: string; topic: string; ordering_key: string; payload: string; attempts: number };

/** Delivers the oldest messages whose key does not wait for a retry; answers how many were delivered. */
async function relayBatch(connection: QueryRunner, options: Options, signal: AbortSignal): Promise<number> {
  const rows: Row[] = await connection.query(
    `SELECT id, topic, ordering_key, payload, attempts FROM outbox
      WHERE delivered_at IS NULL
        AND NOT EXISTS (SELECT 1 FROM outbox earlier
                         WHERE earlier.ordering_key = outbox.ordering_key AND earlier.delivered_at IS NULL
                           AND earlier.id <= outbox.id AND earlier.next_attempt_at > ?)
      ORDER BY id LIMIT ${batchSize}`,
    [new Date()],
  );
  // What was handed over while the connection wrote is marked by its next statement.
  const mark = inGroups(
    async (ids: readonly string[]) => {
      await connection.query('UPDATE outbox SET delivered_at = ? WHERE id IN (?)', [new Date(), ids]);
      return ids;
    },
    { size: batchSize, hands: 1 },
  );
  const queues = [...Map.groupBy(rows, (row) => row.ordering_key).values()];
  let delivered = 0;
  const drainQueues = async () => {
    for (let queue = queues.shift(); queue; queue = queues.shift()) {
      for (const row of queue) {
        if (signal.aborted || !(await relayOne(connection, row, options))) break;
        await mark(row.id);
        delivered++;
      }
    }
  };
  await Promise.all(Array.from({ length: keysAtOnce }, drainQueues));
  return delivered;
}

/** Hands a message over, or puts it off; answers whether it was taken. */
async function relayOne(connection: QueryRunner, row: Row, { deliver, log }: Options): Promise<boolean> {
  const { id, topic, ordering_key: key, attempts } = row;
  try {
    await deliver({ id, topic, key, payload: JSON.parse(row.payload) });
  } catch (err) {
    log.warn({ err, topic, outboxId: id, attempts: attempts + 1 }, 'could not deliver');
    const next = new Date(Date.now() + backoffMs(attempts + 1, retryDelays));
    await connection.query('UPDATE outbox SET attempts = attempts + 1, next_attempt_at = ? WHERE id = ?', [next, id]);
    return false;
  }
  return true;
}

async function lagSeconds(connection: QueryRunner): Promise<number> {
  const pending = 'SELECT created_at FROM outbox WHERE delivered_at IS NULL ORDER BY id LIMIT 1';
  const [oldest] = await connection.query(pending);
  return oldest ? Math.max(0, (Date.now() - oldest.created_at.getTime()) / 1_000) : 0;
}

async function prune(connection: QueryRunner): Promise<void> {
  const before = new Date(Date.now() - keptDays * 24 * 3_600_000);
  await connection.query('DELETE FROM outbox WHERE delivered_at < ? LIMIT 1000', [before]);
}

function createLagGauge(registry: Registry): Gauge {
  return new Gauge({
    name: 'doffers_outbox_lag_seconds',
    help: 'Age of the oldest message that has not been delivered yet; 0 when there is none.',
    registers: [registry],
  });
}

const pause = (ms: number, signal: AbortSignal) => sleep(ms, undefined, { signal }).catch(() => undefined);
