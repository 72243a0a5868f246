import { channelCode } from '../domain/channel.ts';
import { type Bucket, buckets, type Outcome, rank, type Tally } from '../domain/delivery.ts';
import { type Dispatch, dispatchState } from '../domain/dispatch.ts';
import { groupAt, type Range } from '../domain/grid.ts';
import {
  claimOf,
  closed,
  dispatchKey,
  type GroupKey,
  groupKey,
  inboxRows,
  type Notice,
  noticeRows,
  open,
} from './ledger-statements.ts';
import { standingsOf, writesOf } from './outcome-writer.ts';
import { sql } from './sql-text.ts';
import { changesOf, duplicateKey, errorNumber, type Run, rowsOf, type StatementPool } from './statement-pool.ts';
import { whileAway } from './while-away.ts';

/** What stands of a group: the claim of this pass, if there is one, and how its members stand. */
export type KnownGroup = {
  readonly claim: { readonly token: bigint; readonly closed: boolean } | undefined;
  readonly tally: Tally;
};

export type ClaimResult = 'claimed' | 'taken' | 'not_running';

/** The hot path: claims, closes, takes over. Everything that a crash may interrupt is one transaction here. */
export type Ledger = {
  groupsOf(dispatch: Dispatch, pass: number, range: Range): Promise<ReadonlyMap<number, KnownGroup>>;
  /** Durable when it resolves, and refused unless the dispatch is running at that moment. */
  claim(group: GroupKey, token: bigint): Promise<ClaimResult>;
  /** Takes an open group of a smaller token; false when it is closed or belongs to a younger call. */
  takeOver(group: GroupKey, token: bigint): Promise<boolean>;
  /** Members of a group that have no row, or in a retry pass those that still wait. */
  unsent(group: GroupKey): Promise<ReadonlySet<number>>;
  /** Closes a group with its outcomes; false when somebody took it over: then only what is proof was written. */
  close(group: GroupKey, token: bigint, outcomes: readonly Outcome[], notices?: readonly Notice[]): Promise<boolean>;
  /** In-app: claim, outcomes and inbox rows are one transaction. */
  write(
    group: GroupKey,
    token: bigint,
    outcomes: readonly Outcome[],
    notices?: readonly Notice[],
  ): Promise<ClaimResult>;
};

type Options = {
  readonly pool: StatementPool;
  readonly now: () => Date;
  /** Sandbox only: claims everything again, to show that the checks notice. */
  readonly unsafeNoClaim?: boolean;
  readonly closePatienceMs?: number;
};

export function createLedger({ pool, now, unsafeNoClaim = false, closePatienceMs }: Options): Ledger {
  return {
    async groupsOf(dispatch, pass, { from, to }) {
      const [answer] = await pool.run(
        `SELECT first_seq, pass, state, token, ${buckets.join(', ')} FROM dispatch_group
          WHERE ${dispatchKey(dispatch)} AND pass IN (0, ${sql.int(pass)}) AND first_seq >= ${sql.int(from)} AND first_seq < ${sql.int(to)}
          ORDER BY first_seq, pass`,
      );
      const groups = new Map<number, KnownGroup>();
      for (const row of rowsOf<GroupRow>(answer)) {
        const tally = groups.get(row.first_seq)?.tally ?? tallyOf(row);
        const claim = row.pass === pass ? { token: BigInt(row.token), closed: row.state === closed } : undefined;
        groups.set(row.first_seq, { claim, tally });
      }
      return unsafeNoClaim
        ? new Map([...groups].map(([first, { tally }]) => [first, { claim: undefined, tally }]))
        : groups;
    },

    async claim({ dispatch, pass, members }, token) {
      const again = unsafeNoClaim ? 'ON DUPLICATE KEY UPDATE state = 1, token = VALUES(token)' : '';
      const statement = `${claimOf({ dispatch, pass, members }, token, open)} ${again}`;
      return refusingDuplicates(async () => {
        const [answer] = await pool.run(statement);
        return changesOf(answer) > 0 ? 'claimed' : 'not_running';
      });
    },

    async takeOver(group, token) {
      const [answer] = await pool.run(
        `UPDATE dispatch_group SET token = ${sql.int(token)}, claimed_at = NOW(3) WHERE ${groupKey(group)} AND token < ${sql.int(token)} AND state = ${open}`,
      );
      return changesOf(answer) === 1;
    },

    async unsent({ dispatch, pass, members: { from, to } }) {
      const [answer] = await pool.run(
        `SELECT seq, status_rank FROM delivery WHERE ${dispatchKey(dispatch)} AND seq >= ${sql.int(from)} AND seq < ${sql.int(to)}`,
      );
      const rows = rowsOf<{ seq: number; status_rank: number }>(answer);
      if (pass > 0) return new Set(rows.filter((row) => row.status_rank === rank.retry).map(({ seq }) => seq));
      const unsent = new Set(Array.from({ length: to - from }, (_, index) => from + index));
      for (const { seq } of rows) unsent.delete(seq);
      return unsent;
    },

    close: (group, token, outcomes, notices = []) =>
      whileAway(
        () =>
          pool.transaction((run, finish) =>
            closeGroup({ run, finish }, group, { token, outcomes, notices, at: now() }),
          ),
        closePatienceMs,
      ),

    async write(group, token, outcomes, notices = []) {
      const { dispatch, members } = group;
      return refusingDuplicates(() =>
        pool.transaction<ClaimResult>(async (run) => {
          const answers = await run(
            [
              claimOf(group, token, closed, outcomes),
              ...inboxRows(group, outcomes, now()),
              ...noticeRows(notices, now()),
            ].join(';'),
          );
          if (changesOf(answers[0]) === 0) return { rolledBack: 'not_running' };
          const reasons = Map.groupBy(
            outcomes.filter(({ state }) => state === 'suppressed'),
            ({ reason }) => reason,
          );
          const rows = [...reasons].map(
            ([reason, { length }]) =>
              `(${sql.id(dispatch.campaignId)},${channelCode[dispatch.channel]},${members.from},${sql.int(reason)},${length})`,
          );
          if (rows.length > 0) {
            await run(
              `INSERT INTO group_reason (campaign_id, channel, first_seq, reason, members) VALUES ${rows.join(',')}`,
            );
          }
          return 'claimed';
        }),
      );
    },
  };
}

type GroupRow = Readonly<Record<Bucket, number>> & {
  readonly first_seq: number;
  readonly pass: number;
  readonly state: number;
  readonly token: number | string;
};

const tallyOf = (row: GroupRow): Tally =>
  Object.fromEntries(buckets.map((name) => [name, row[name]])) as Record<Bucket, number>;

type Closing = {
  readonly token: bigint;
  readonly outcomes: readonly Outcome[];
  readonly notices: readonly Notice[];
  readonly at: Date;
};

/** In two trips: with a lane for each eighth of a second, each trip more is a group less. */
async function closeGroup(
  { run, finish }: { readonly run: Run; readonly finish: Run },
  group: GroupKey,
  { token, outcomes, notices, at }: Closing,
): Promise<boolean> {
  const { dispatch, pass, members } = group;
  const whole = groupAt(dispatch, members.from);
  // Dispatch first, group second, as everybody does; the lock of pass 0 is the lock of the group's deliveries.
  const [held, , fence, mine, standing] = await run(
    [
      `SELECT state, settled_at IS NOT NULL AS settled FROM dispatch WHERE ${dispatchKey(dispatch)} LOCK IN SHARE MODE`,
      `SELECT first_seq FROM dispatch_group WHERE ${groupKey({ dispatch, pass: 0, members: whole })} FOR UPDATE`,
      `UPDATE dispatch_group SET state = ${closed} WHERE ${groupKey(group)} AND token = ${sql.int(token)} AND state = ${open}`,
      `SELECT state FROM dispatch_group WHERE ${groupKey(group)} AND token = ${sql.int(token)}`,
      ...(outcomes.length === 0 ? [] : [standingsOf(dispatch, outcomes)]),
    ].join(';'),
  );
  const [row] = rowsOf<{ state: number; settled: number }>(held);
  const fenced = changesOf(fence) === 1;
  // The answer of an earlier commit of our own was lost on the way.
  if (!fenced && rowsOf<{ state: number }>(mine)[0]?.state === closed) return true;
  const written = fenced ? endRetries(outcomes, row?.state === dispatchState.stopped) : outcomes.filter(isProof);
  const { campaignId, channel, chargeMicros } = dispatch;
  const locked = { campaignId, channel, chargeMicros, grid: dispatch, settled: Number(row?.settled) === 1, pass };
  await finish([...writesOf(locked, written, standing, at), ...noticeRows(notices, at)].join(';'));
  return fenced;
}

const isProof = ({ state, providerId }: Outcome) => state === 'accepted' && providerId !== undefined;

/** A stopped campaign has no more passes: what waits for one is never sent. */
function endRetries(outcomes: readonly Outcome[], stopped: boolean): readonly Outcome[] {
  if (!stopped) return outcomes;
  return outcomes.map((outcome) => {
    if (outcome.state !== 'retry') return outcome;
    const { notBefore: _notBefore, ...rest } = outcome;
    return { ...rest, state: 'failed' as const };
  });
}

async function refusingDuplicates(work: () => Promise<ClaimResult>): Promise<ClaimResult> {
  try {
    return await work();
  } catch (error) {
    if (errorNumber(error) === duplicateKey) return 'taken';
    throw error;
  }
}
