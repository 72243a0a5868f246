import { slotIntervalMicros } from '../domain/pacing.ts';
import { sql } from './sql-text.ts';
import { changesOf, rowsOf, type StatementPool } from './statement-pool.ts';
import { whileAway } from './while-away.ts';

export type Slots = { readonly firstMs: number; readonly intervalMicros: number };

/** The numbers that messages go out from: how fast, from when on, and whether at all. */
export type Senders = {
  add(id: string, ratePerSecond: number): Promise<void>;
  /**
   * Reserves consecutive slots of the sender, across processes and campaigns; none before `leadMs` from now. Local
   * milliseconds.
   */
  reserve(senderId: string, ratePerSecond: number, count: number, leadMs?: number): Promise<Slots>;
  /** Until when the sender stands still, when the provider stopped it. */
  stoppedUntil(senderId: string): Promise<Date | undefined>;
  stop(senderId: string, code: string, until: Date): Promise<void>;
};

/** What the answer takes on its way back. */
const tripMicros = 5_000;

export function createSenders({ pool, now }: { readonly pool: StatementPool; readonly now: () => Date }): Senders {
  return {
    async add(id, ratePerSecond) {
      await pool.run(
        `INSERT INTO sender (id, rate_per_second) VALUES (${sql.text(id)}, ${sql.int(ratePerSecond)}) ON DUPLICATE KEY UPDATE rate_per_second = VALUES(rate_per_second)`,
      );
    },

    async reserve(senderId, ratePerSecond, count, leadMs = 20) {
      const intervalMicros = slotIntervalMicros(ratePerSecond);
      const nowMicros = 'CAST(UNIX_TIMESTAMP(NOW(6)) * 1000000 AS UNSIGNED)';
      const span = intervalMicros * count;
      const reserveSlots = `UPDATE sender SET next_slot_us = LAST_INSERT_ID(GREATEST(next_slot_us, ${nowMicros} + ${sql.int(Math.ceil(leadMs * 1_000) + tripMicros)}) + ${sql.int(span)}) WHERE id = ${sql.text(senderId)};
        SELECT LAST_INSERT_ID() AS end_us, ${nowMicros} AS now_us`;
      const answers = await whileAway(() => pool.transaction((run) => run(reserveSlots)));
      const [row] = rowsOf<{ end_us: number; now_us: number }>(answers[1]);
      if (changesOf(answers[0]) !== 1 || row === undefined) throw new Error(`there is no sender ${senderId}`);
      return { firstMs: now().getTime() + (Number(row.end_us) - span - Number(row.now_us)) / 1_000, intervalMicros };
    },

    async stoppedUntil(senderId) {
      const [answer] = await pool.run(
        `SELECT stopped_until FROM sender WHERE id = ${sql.text(senderId)} AND stopped_until > ${sql.time(now())}`,
      );
      return rowsOf<{ stopped_until: Date }>(answer)[0]?.stopped_until;
    },

    async stop(senderId, code, until) {
      await pool.run(
        `UPDATE sender SET stopped_until = ${sql.time(until)}, stop_code = ${sql.text(code)} WHERE id = ${sql.text(senderId)}`,
      );
    },
  };
}
