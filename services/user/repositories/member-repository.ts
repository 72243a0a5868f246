import {
  type Database,
  type FieldCipher,
  idFromBytes,
  idToBytes,
  isDuplicateKey,
  type Transaction,
  transaction,
} from '@doffers/database';
import { type Channel, channelCodes } from '../domain/audience/channel.ts';
import type { FrequencyCap } from '../domain/audience/frequency-cap.ts';
import type { Gate } from '../domain/audience/gate.ts';
import { bitsOf, newBits, union } from '../domain/audience/reached-bits.ts';
import { gateSql } from './gate-sql.ts';

/** Members in the order of their numbers, as columns of equal length. */
export type MemberColumns = {
  /** Internal numbers of the customers. */
  readonly numbers: readonly string[];
  /** 16 bytes each. */
  readonly ids: Buffer;
  /** One `Gate` each. */
  readonly gates: Uint8Array;
};

export type MemberRange = {
  readonly audienceId: string;
  readonly channel: Channel;
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
};

export type Reach = {
  readonly audienceId: string;
  readonly channel: Channel;
  readonly firstSeq: number;
  /** One bit a member, least significant first. */
  readonly reached: Uint8Array;
  readonly at: Date;
  /** The same as a day in India. */
  readonly day: string;
};

export type MemberRepository = {
  /** Reads members with their gates of this moment. */
  read(range: MemberRange, today: string): Promise<MemberColumns>;
  exists(audienceId: string): Promise<boolean>;
  /** Who a member of a frozen audience is; undefined once the audience is gone. */
  customerOf(member: {
    readonly audienceId: string;
    readonly channel: Channel;
    readonly seq: number;
  }): Promise<string | undefined>;
  /** Phones in E.164 by customer number. */
  phones(numbers: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** Push tokens by customer number, the newest device first. */
  tokens(numbers: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>>;
  /** Counts a message for each member whose bit is new. */
  recordReach(reach: Reach): Promise<void>;
};

/** The hot path of dispatch: one statement for a page of members, one for how to reach them. */
export function createMemberRepository(
  db: Database,
  cipher: FieldCipher,
  cap: FrequencyCap | undefined,
): MemberRepository {
  return {
    async read({ audienceId, channel, from, to }, today) {
      // Erased customers keep their row, so the numbers stay without a gap.
      const rows: { number: string; id: Buffer; gate: number }[] = await db.query(
        `SELECT m.customer_number AS number, c.id, ${gateSql(channel, { today, cap }, 'looked up')} AS gate
           FROM audience_member m JOIN customer c ON c.number = m.customer_number
          WHERE m.audience_id = ? AND m.channel = ? AND m.seq >= ? AND m.seq < ? ORDER BY m.seq`,
        [idToBytes(audienceId), channelCodes[channel], from, to],
      );
      return {
        numbers: rows.map(({ number }) => String(number)),
        ids: Buffer.concat(rows.map(({ id }) => id)),
        gates: Uint8Array.from(rows, ({ gate }) => Number(gate) as Gate),
      };
    },

    async exists(audienceId) {
      const rows: unknown[] = await db.query('SELECT 1 FROM audience WHERE id = ?', [idToBytes(audienceId)]);
      return rows.length > 0;
    },

    async customerOf({ audienceId, channel, seq }) {
      const [row]: { id: Buffer }[] = await db.query(
        `SELECT c.id FROM audience_member m JOIN customer c ON c.number = m.customer_number
          WHERE m.audience_id = ? AND m.channel = ? AND m.seq = ?`,
        [idToBytes(audienceId), channelCodes[channel], seq],
      );
      return row && idFromBytes(row.id);
    },

    async phones(numbers) {
      if (numbers.length === 0) return new Map();
      const rows: { number: string; phone: Buffer }[] = await db.query(
        'SELECT customer_number AS number, phone FROM contact_point WHERE customer_number IN (?)',
        [numbers],
      );
      return new Map(rows.map(({ number, phone }) => [String(number), cipher.open(phoneField(String(number)), phone)]));
    },

    async tokens(numbers) {
      if (numbers.length === 0) return new Map();
      const rows: { number: string; id: Buffer; token: Buffer }[] = await db.query(
        `SELECT customer_number AS number, id, token FROM device WHERE customer_number IN (?)
          ORDER BY customer_number, last_seen_at DESC, id DESC`,
        [numbers],
      );
      const tokens = new Map<string, string[]>();
      for (const { number, id, token } of rows) {
        const plain = cipher.open(tokenField(idFromBytes(id)), token);
        const own = tokens.get(String(number));
        if (own) own.push(plain);
        else tokens.set(String(number), [plain]);
      }
      return tokens;
    },

    recordReach: (reach) => transaction(db, (tx) => record(tx, reach)),
  };
}

/** Where a phone is stored, for the cipher. */
export const phoneField = (customerNumber: string) => ({ table: 'contact_point', column: 'phone', id: customerNumber });

/** Where a push token is stored, for the cipher. */
export const tokenField = (deviceId: string) => ({ table: 'device', column: 'token', id: deviceId });

/**
 * The bits that were counted are kept with the group: a report that comes twice counts nothing, and one of a later pass
 * over the same group counts only whom it reached.
 */
async function record(tx: Transaction, { audienceId, channel, firstSeq, reached, at, day }: Reach): Promise<void> {
  const group = [idToBytes(audienceId), channelCodes[channel], firstSeq];
  const before = await reachedBefore(tx, group, reached);
  const seqs = bitsOf(newBits(before, reached)).map((bit) => firstSeq + bit);
  if (seqs.length === 0) return;
  await tx.query(
    `INSERT INTO customer_reach (channel, customer_number, reached_on, messages, last_at)
     SELECT channel, customer_number, ?, 1, ? FROM audience_member
      WHERE audience_id = ? AND channel = ? AND seq IN (?)
     ON DUPLICATE KEY UPDATE messages = messages + 1, last_at = GREATEST(last_at, VALUES(last_at))`,
    [day, at, idToBytes(audienceId), channelCodes[channel], seqs],
  );
}

/** Keeps what the group has reached now; answers what was kept of it before, which is nothing unless a report comes again. */
async function reachedBefore(tx: Transaction, group: readonly unknown[], reached: Uint8Array): Promise<Uint8Array> {
  try {
    await tx.query('INSERT INTO recorded_reach (audience_id, channel, first_seq, reached) VALUES (?, ?, ?, ?)', [
      ...group,
      Buffer.from(reached),
    ]);
    return new Uint8Array();
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
  }
  const where = 'WHERE audience_id = ? AND channel = ? AND first_seq = ?';
  const [stored]: { reached: Buffer }[] = await tx.query(`SELECT reached FROM recorded_reach ${where} FOR UPDATE`, [
    ...group,
  ]);
  const before = stored?.reached ?? new Uint8Array();
  await tx.query(`UPDATE recorded_reach SET reached = ? ${where}`, [Buffer.from(union(before, reached)), ...group]);
  return before;
}
