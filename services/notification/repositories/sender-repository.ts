import { inGroups } from '@doffers/process';
import { createDatabaseClock } from '../domain/database-clock.ts';
import { paceShare, type Slots, slowStart } from '../domain/pacing.ts';
import {
  afterSends,
  emptyWindow,
  errorRate,
  leastPermille,
  recoveredPermillePerSecond,
  type Sender,
  type Standstill,
  slowedOnceInMs,
  type Window,
} from '../domain/sender-health.ts';
import { sql } from './sql-text.ts';
import { changesOf, rowsOf, type StatementPool } from './statement-pool.ts';
import { whileAway } from './while-away.ts';

type Asked = { readonly count: number; readonly leadMs: number };
/** The numbers and projects that messages go out from: how fast, from when on, and whether at all. */
export type Senders = {
  /** Keeps the rate that is configured; how the sender fares stays as it is. */
  add(id: string, ratePerSecond: number): Promise<void>;
  /**
   * Reserves consecutive slots of the sender at the rate of this moment, across processes and campaigns; none before
   * `leadMs` from now. Local milliseconds. What is asked for at the same time is one write: everybody waits for this row.
   */
  reserve(senderId: string, count: number, leadMs?: number): Promise<Slots>;
  /** Why the sender stands still; undefined when it does not. */
  standstill(senderId: string): Promise<Standstill | undefined>;
  /** Stops the sender until somebody resumes it. */
  stop(senderId: string, code: string): Promise<void>;
  /** Lets the sender wait as long as its provider asks. */
  wait(senderId: string, code: string, until: Date): Promise<void>;
  /** Takes `cut` (0 to 1) off the rate, once for each storm of refusals. */
  slowDown(senderId: string, cut: number): Promise<void>;
  /** Counts for the circuit breaker; answers whether it opened: the sender stands still until then, and goes on slower. */
  count(senderId: string, sent: Window, coolDownUntil: Date): Promise<boolean>;
  /** Counts messages without an error, with the next thing that is written of the sender. */
  countGood(senderId: string, sends: number): void;
  list(): Promise<readonly Sender[]>;
  /** Lets a sender go on, once for each request; undefined when there is none. */
  resume(senderId: string, requestId: string): Promise<Sender | undefined>;
};

/** What the answer takes on its way back. */
const tripMicros = 5_000;

const nowMicros = 'CAST(UNIX_TIMESTAMP(NOW(6)) * 1000000 AS UNSIGNED)';
/** What is left of the rate now, in thousandths: it grows back from when it was cut. */
const permille = `LEAST(1000, slow_permille + COALESCE(TIMESTAMPDIFF(SECOND, slowed_at, NOW(3)), 0) * ${recoveredPermillePerSecond})`;
/** How much longer each slot of a first reservation is. */
const spareMicros = (count: number) =>
  `IF(next_slot_us < ${nowMicros} - ${slowStart.idleMs * 1_000}, ${Math.floor((slowStart.spareMs * 1_000) / count)}, 0)`;
const slowed = (cut: number) =>
  `slow_permille = GREATEST(${leastPermille}, FLOOR(${permille} * ${1 - cut})), slowed_at = NOW(3)`;
const columns = `id, rate_per_second, rate_per_second * ${permille} / 1000 AS current_rate, stop_code, stopped_at, stopped_until`;

export function createSenders({ pool, now }: { readonly pool: StatementPool; readonly now: () => Date }): Senders {
  const clock = createDatabaseClock();
  const asking = new Map<string, (asked: Asked) => Promise<Slots>>();
  const good = new Map<string, number>();
  const isStopped = () => `stop_code IS NOT NULL AND (stopped_until IS NULL OR stopped_until > ${sql.time(now())})`;

  async function reserveFor(senderId: string, asked: readonly Asked[]): Promise<readonly Slots[]> {
    const count = asked.reduce((sum, one) => sum + one.count, 0);
    const leadMs = Math.max(...asked.map((one) => one.leadMs));
    const earliest = `${nowMicros} + ${sql.int(Math.ceil(leadMs * 1_000) + tripMicros)}`;
    // One statement behind the other in one transaction: the row is ours from the first on.
    const answers = await whileAway(() =>
      pool.together(`UPDATE sender SET interval_us = CEIL(1000000000 / (rate_per_second * ${paceShare} * ${permille})) + ${spareMicros(count)},
                next_slot_us = GREATEST(next_slot_us, ${earliest}) + interval_us * ${sql.int(count)},
                sends = sends + IF(errors > 0, ${sql.int(takeGood(senderId))}, 0) WHERE id = ${sql.text(senderId)};
         SELECT next_slot_us AS end_us, interval_us, ${nowMicros} AS now_us FROM sender WHERE id = ${sql.text(senderId)}`),
    );
    const [row] = rowsOf<{ end_us: number; interval_us: number; now_us: number }>(answers[1]);
    if (changesOf(answers[0]) !== 1 || row === undefined) throw new Error(`there is no sender ${senderId}`);
    const aheadMs = clock({ writtenAtMs: Number(row.now_us) / 1_000, readAtMs: now().getTime() });
    let firstMicros = Number(row.end_us) - row.interval_us * count;
    return asked.map((one) => {
      const firstMs = firstMicros / 1_000 + aheadMs;
      firstMicros += row.interval_us * one.count;
      return { firstMs, intervalMicros: row.interval_us, count: one.count };
    });
  }

  function takeGood(senderId: string): number {
    const sends = good.get(senderId) ?? 0;
    good.delete(senderId);
    return sends;
  }

  return {
    async add(id, ratePerSecond) {
      await pool.run(
        `INSERT INTO sender (id, rate_per_second) VALUES (${sql.text(id)}, ${sql.int(ratePerSecond)}) ON DUPLICATE KEY UPDATE rate_per_second = VALUES(rate_per_second)`,
      );
    },

    reserve(senderId, count, leadMs = 20) {
      const ask = asking.get(senderId) ?? inGroups((asked) => reserveFor(senderId, asked), { size: 64, hands: 1 });
      asking.set(senderId, ask);
      return ask({ count, leadMs });
    },

    async standstill(senderId) {
      const [answer] = await pool.run(
        `SELECT IF(${isStopped()}, stop_code, NULL) AS stop_code, stopped_until, IF(wait_until > ${sql.time(now())}, wait_code, NULL) AS wait_code, wait_until
           FROM sender WHERE id = ${sql.text(senderId)}`,
      );
      const [row] = rowsOf<StandstillRow>(answer);
      if (row?.stop_code) return { kind: 'stopped', code: row.stop_code, until: row.stopped_until ?? undefined };
      if (row?.wait_code) return { kind: 'waits', code: row.wait_code, until: row.wait_until ?? undefined };
      return undefined;
    },

    async stop(senderId, code) {
      const at = sql.time(now());
      await pool.run(
        `UPDATE sender SET stopped_at = IF(${isStopped()}, stopped_at, ${at}), stopped_until = NULL, stop_code = ${sql.text(code.slice(0, 40))} WHERE id = ${sql.text(senderId)}`,
      );
    },

    async wait(senderId, code, until) {
      await pool.run(
        `UPDATE sender SET wait_until = GREATEST(COALESCE(wait_until, ${sql.time(until)}), ${sql.time(until)}), wait_code = ${sql.text(code.slice(0, 40))} WHERE id = ${sql.text(senderId)}`,
      );
    },

    async slowDown(senderId, cut) {
      await pool.run(
        `UPDATE sender SET ${slowed(cut)} WHERE id = ${sql.text(senderId)} AND (slowed_at IS NULL OR slowed_at <= NOW(3) - INTERVAL ${slowedOnceInMs * 1_000} MICROSECOND)`,
      );
    },

    count(senderId, sent, coolDownUntil) {
      const unwritten = takeGood(senderId);
      return pool.transaction(async (run) => {
        const id = sql.text(senderId);
        const [answer] = await run(
          `SELECT sends, errors, ${isStopped()} AS stopped FROM sender WHERE id = ${id} FOR UPDATE`,
        );
        const [row] = rowsOf<Window & { stopped: number }>(answer);
        // Groups that were under way when it stopped say nothing new.
        if (row === undefined || Number(row.stopped) === 1) return false;
        // Before the first error there was nothing to hold good ones against.
        const sends = row.sends + (row.errors > 0 ? unwritten : 0);
        const { window, opens } = afterSends({ sends, errors: row.errors }, sent);
        const stop = `, stopped_at = ${sql.time(now())}, stopped_until = ${sql.time(coolDownUntil)}, stop_code = ${sql.text(errorRate)}, ${slowed(0.5)}`;
        await run(
          `UPDATE sender SET sends = ${sql.int(window.sends)}, errors = ${sql.int(window.errors)}${opens ? stop : ''} WHERE id = ${id}`,
        );
        return opens;
      });
    },

    countGood(senderId, sends) {
      good.set(senderId, (good.get(senderId) ?? 0) + sends);
    },

    async list() {
      const [answer] = await pool.run(`SELECT ${columns}, ${isStopped()} AS stopped FROM sender ORDER BY id`);
      return rowsOf<SenderRow>(answer).map(toSender);
    },

    resume: (senderId, requestId) =>
      pool.transaction(async (run) => {
        const id = sql.text(senderId);
        const request = sql.text(requestId);
        const { sends, errors } = emptyWindow;
        await run(
          `UPDATE sender SET stop_code = NULL, stopped_at = NULL, stopped_until = NULL, sends = ${sends}, errors = ${errors}, resume_request = ${request}
            WHERE id = ${id} AND stop_code IS NOT NULL AND (resume_request IS NULL OR resume_request <> ${request})`,
        );
        const [answer] = await run(`SELECT ${columns}, ${isStopped()} AS stopped FROM sender WHERE id = ${id}`);
        return rowsOf<SenderRow>(answer).map(toSender)[0];
      }),
  };
}

type StandstillRow = {
  readonly stop_code: string | null;
  readonly stopped_until: Date | null;
  readonly wait_code: string | null;
  readonly wait_until: Date | null;
};

type SenderRow = {
  readonly id: string;
  readonly rate_per_second: number;
  readonly current_rate: string | number;
  readonly stop_code: string | null;
  readonly stopped_at: Date | null;
  readonly stopped_until: Date | null;
  readonly stopped: number;
};

function toSender(row: SenderRow): Sender {
  const stopped = Number(row.stopped) === 1;
  return {
    id: row.id,
    ratePerSecond: row.rate_per_second,
    currentRatePerSecond: Number(row.current_rate),
    stopCode: (stopped && row.stop_code) || undefined,
    stoppedAt: (stopped && row.stopped_at) || undefined,
    stoppedUntil: (stopped && row.stopped_until) || undefined,
  };
}
