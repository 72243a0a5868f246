import { type Database, idToBytes, type Transaction, transaction } from '@doffers/database';
import { DomainError } from '@doffers/errors';
import { type Channel, channelCodes } from '../domain/audience/channel.ts';
import {
  type AudienceCounts,
  addCounts,
  type ChannelCounts,
  countAudience,
  emptyCounts,
  type GateGroup,
} from '../domain/audience/counts.ts';
import type { FrequencyCap } from '../domain/audience/frequency-cap.ts';
import type { Selection } from '../domain/audience/segment.ts';
import { cappedJoinsSql, type GateRules, gateSql } from './gate-sql.ts';
import { selectionSql } from './selection-sql.ts';

export type NewAudience = {
  readonly id: string;
  /** Of what was asked for, so that another segment under the same id is noticed. */
  readonly hash: Buffer;
  readonly selection: Selection;
  readonly channels: readonly Channel[];
  /** Today in India: what "active lately" and "unreachable" are measured from. */
  readonly today: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
};

export type FreezeStep = {
  readonly done: boolean;
  readonly counts: AudienceCounts;
  /** Customers of the segment in the range of this step. */
  readonly matched: number;
};

export type AudienceRepository = {
  /** Counts who a segment reaches now. */
  count(selection: Selection, channels: readonly Channel[], today: string): Promise<AudienceCounts>;
  /**
   * Begins an audience, or finds the one that was begun or finished under this id and lets it live at least as long.
   * @throws DomainError `IDEMPOTENCY_KEY_REUSED` or `AUDIENCE_EXPIRED`
   */
  begin(audience: NewAudience): Promise<void>;
  /**
   * Freezes the next so many customer numbers in one transaction, or answers what stands when all are done.
   * @throws DomainError `AUDIENCE_NOT_FOUND`
   */
  freezeNext(id: string, width: number): Promise<FreezeStep>;
  /** @throws DomainError `AUDIENCE_NOT_FOUND`, `AUDIENCE_EXPIRED` or `AUDIENCE_INCOMPLETE` */
  keep(id: string): Promise<void>;
  /** Deletes audiences that expired before an instant and were not kept; answers how many. */
  deleteExpired(before: Date): Promise<number>;
};

type AudienceRow = {
  readonly request_hash: Buffer;
  readonly segment: string;
  readonly frozen_on: string;
  readonly last_number: string;
  readonly next_number: string;
  readonly counts: string;
  readonly state: 'freezing' | 'frozen' | 'kept' | 'deleting';
};

type Plan = { readonly selection: Selection; readonly channels: readonly Channel[] };

const deletedAtOnce = 20_000;
const triesAtRange = 5;

/** Stores frozen audiences. `cap` is the platform's frequency cap, where there is one. */
export function createAudienceRepository(db: Database, cap: FrequencyCap | undefined): AudienceRepository {
  return {
    count: (selection, channels, today) => countRange(db.manager, { selection, channels }, { today, cap }),

    async begin({ id, hash, selection, channels, today, createdAt, expiresAt }) {
      const [{ last }] = await db.query('SELECT COALESCE(MAX(number), 0) AS last FROM customer');
      await db.query(
        `INSERT INTO audience
           (id, request_hash, segment, frozen_on, last_number, next_number, counts, state, expires_at, created_at)
         VALUES (?, ?, ?, ?, ?, 1, ?, 'freezing', ?, ?)
         ON DUPLICATE KEY UPDATE expires_at = IF(state IN ('freezing', 'frozen') AND request_hash = VALUES(request_hash),
           GREATEST(expires_at, VALUES(expires_at)), expires_at)`,
        [
          idToBytes(id),
          hash,
          JSON.stringify({ selection, channels } satisfies Plan),
          today,
          last,
          JSON.stringify(emptyCounts(channels)),
          expiresAt,
          createdAt,
        ],
      );
      const stored = await findAudience(db.manager, id);
      if (!stored.request_hash.equals(hash)) throw otherAudience();
      if (stored.state === 'deleting') throw audienceExpired();
    },

    freezeNext: (id, width) =>
      transaction(db, async (tx) => {
        const audience = await findAudience(tx, id, 'FOR UPDATE');
        const counts = JSON.parse(audience.counts) as AudienceCounts;
        if (audience.state === 'deleting') throw audienceExpired();
        if (audience.state !== 'freezing') return { done: true, counts, matched: 0 };
        return freezeRange(tx, { id, audience, counts, width, cap });
      }),

    keep: (id) =>
      transaction(db, async (tx) => {
        const { state } = await findAudience(tx, id, 'FOR UPDATE');
        if (state === 'deleting') throw audienceExpired();
        if (state === 'freezing') throw audienceIncomplete();
        await tx.query("UPDATE audience SET state = 'kept' WHERE id = ?", [idToBytes(id)]);
      }),

    async deleteExpired(before) {
      // The state goes first: from then on nobody can launch what is being taken away.
      await db.query(
        "UPDATE audience SET state = 'deleting' WHERE state IN ('freezing', 'frozen') AND expires_at < ?",
        [before],
      );
      const expired: { id: Buffer }[] = await db.query("SELECT id FROM audience WHERE state = 'deleting'");
      for (const { id } of expired) await deleteAudience(db, id);
      return expired.length;
    },
  };
}

async function findAudience(tx: Transaction, id: string, lock: '' | 'FOR UPDATE' = ''): Promise<AudienceRow> {
  const [row]: AudienceRow[] = await tx.query(
    `SELECT request_hash, segment, DATE_FORMAT(frozen_on, '%Y-%m-%d') AS frozen_on, last_number, next_number, counts,
            state FROM audience WHERE id = ? ${lock}`,
    [idToBytes(id)],
  );
  if (row === undefined) throw audienceNotFound();
  return row;
}

type Range = { readonly from: number; readonly to: number };

async function freezeRange(
  tx: Transaction,
  step: {
    readonly id: string;
    readonly audience: AudienceRow;
    readonly counts: AudienceCounts;
    readonly width: number;
    readonly cap: FrequencyCap | undefined;
  },
): Promise<FreezeStep> {
  const { id, audience, counts, cap } = step;
  const plan = JSON.parse(audience.segment) as Plan;
  const rules = { today: audience.frozen_on, cap };
  const last = Number(audience.last_number);
  const from = Number(audience.next_number);
  const range = { from, to: Math.min(last, from + step.width - 1) };

  const added = await writeRange(tx, { id, plan, rules, range, counts });
  const together = addCounts(counts, added);
  const done = range.to >= last;
  await tx.query('UPDATE audience SET next_number = ?, counts = ?, state = ? WHERE id = ?', [
    range.to + 1,
    JSON.stringify(together),
    done ? 'frozen' : 'freezing',
    idToBytes(id),
  ]);
  return { done, counts: together, matched: matchedBy(added) };
}

/**
 * Counts a range and writes its members. Both are statements of their own, and a customer may change a consent in
 * between: then they disagree and the range is done again, so what is reported is always what stands.
 */
async function writeRange(
  tx: Transaction,
  work: {
    readonly id: string;
    readonly plan: Plan;
    readonly rules: GateRules;
    readonly range: Range;
    readonly counts: AudienceCounts;
  },
): Promise<AudienceCounts> {
  const { plan, rules, range, counts } = work;
  for (let tries = 1; tries <= triesAtRange; tries++) {
    await tx.query('SAVEPOINT freeze_range');
    const counted = await countRange(tx, plan, rules, range);
    let agree = true;
    for (const { channel, size } of counted.channels) {
      if (!agree) break;
      const base = counts.channels.find((each) => each.channel === channel)?.size ?? 0;
      agree = (await insertMembers(tx, { ...work, channel, base })) === size;
    }
    if (agree) return counted;
    await tx.query('ROLLBACK TO SAVEPOINT freeze_range');
  }
  throw new DomainError('aborted', 'CONCURRENT_CHANGE', 'customers are changing too fast; try again in a moment');
}

async function insertMembers(
  tx: Transaction,
  work: {
    readonly id: string;
    readonly plan: Plan;
    readonly rules: GateRules;
    readonly range: Range;
    readonly channel: Channel;
    readonly base: number;
  },
): Promise<number> {
  const { id, plan, rules, range, channel, base } = work;
  const { affectedRows } = await tx.query(
    `INSERT INTO audience_member (audience_id, channel, seq, customer_number)
     SELECT ?, ?, ? + ROW_NUMBER() OVER (ORDER BY c.number) - 1, c.number
       FROM customer c FORCE INDEX (ix_customer_segment)
       ${cappedJoinsSql([channel], rules, range)}
      WHERE ${selectionSql(plan.selection, rules.today)} AND c.number BETWEEN ? AND ?
        AND ${gateSql(channel, rules, 'joined')} = 0`,
    [idToBytes(id), channelCodes[channel], base, range.from, range.to],
  );
  return Number(affectedRows);
}

/** One pass over the index, grouped by every combination of gates. */
async function countRange(tx: Transaction, plan: Plan, rules: GateRules, range?: Range): Promise<AudienceCounts> {
  const { channels } = plan;
  const expressions = channels.map((channel) => `${gateSql(channel, rules, 'joined')} AS ${channel}`);
  const rows: Record<string, string | number>[] = await tx.query(
    `SELECT ${channels.join(', ')}, COUNT(*) AS customers FROM (
       SELECT ${expressions.join(', ')} FROM customer c FORCE INDEX (ix_customer_segment)
       ${cappedJoinsSql(channels, rules, range)}
        WHERE ${selectionSql(plan.selection, rules.today)} ${range ? 'AND c.number BETWEEN ? AND ?' : ''}
     ) gated GROUP BY ${channels.join(', ')}`,
    range ? [range.from, range.to] : [],
  );
  const groups = rows.map((row) =>
    Object.fromEntries(Object.entries(row).map(([name, value]) => [name, Number(value)])),
  );
  return countAudience(channels, groups as GateGroup[]);
}

function matchedBy({ channels: [first] }: AudienceCounts): number {
  return first ? totalOf(first) : 0;
}

const totalOf = ({ size, exclusions }: ChannelCounts) => exclusions.reduce((total, { count }) => total + count, size);

/** In small transactions, so that replicas keep up; the row itself last, so that an interrupted deletion goes on. */
async function deleteAudience(db: Database, id: Buffer): Promise<void> {
  for (const table of ['audience_member', 'recorded_reach']) {
    for (let deleted = deletedAtOnce; deleted === deletedAtOnce; ) {
      const result = await db.query(`DELETE FROM ${table} WHERE audience_id = ? LIMIT ${deletedAtOnce}`, [id]);
      deleted = Number(result.affectedRows);
    }
  }
  await db.query("DELETE FROM audience WHERE id = ? AND state = 'deleting'", [id]);
}

function audienceNotFound(): DomainError {
  return new DomainError('not_found', 'AUDIENCE_NOT_FOUND', 'this audience does not exist; ask for a new quote');
}

function audienceExpired(): DomainError {
  return new DomainError('failed_precondition', 'AUDIENCE_EXPIRED', 'this audience has expired; ask for a new quote');
}

function audienceIncomplete(): DomainError {
  const message = 'this audience is still being counted; try again in a moment';
  return new DomainError('failed_precondition', 'AUDIENCE_INCOMPLETE', message);
}

function otherAudience(): DomainError {
  const message = 'this audience id was used before for another segment; use a new one';
  return new DomainError('already_exists', 'IDEMPOTENCY_KEY_REUSED', message);
}
