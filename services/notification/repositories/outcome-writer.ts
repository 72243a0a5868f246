import type { Transaction } from '@doffers/database';
import { type Channel, channelCode } from '../domain/channel.ts';
import { buckets, type Outcome, raise, rankOf, type Standing, tallyChanges } from '../domain/delivery.ts';
import { type Grid, groupAt } from '../domain/grid.ts';
import { sql } from './sql-text.ts';
import { type Answer, rowsOf } from './statement-pool.ts';

/** Groups of one dispatch whose pass-0 rows the caller has locked in the transaction of `query`. */
export type LockedGroups = {
  readonly campaignId: string;
  readonly channel: Channel;
  readonly grid: Grid;
  readonly chargeMicros: number;
  /** Whether the books are closed: what becomes billable now is the platform's cost. */
  readonly settled: boolean;
  /** The pass that these outcomes belong to; receipts belong to none. */
  readonly pass?: number;
};

/** Runs statements, one after the other or as one text, and answers each. */
export type Query = (statements: readonly string[]) => Promise<readonly Answer[]>;

/** Statements within a transaction that takes one at a time. */
export function inTurn(tx: Transaction): Query {
  return async (statements) => {
    const answers: Answer[] = [];
    for (const statement of statements) answers.push(await tx.query(statement));
    return answers;
  };
}

/** When an outcome has to be paid for. Devices and inboxes give no receipt, WhatsApp does. */
const billableFrom: Readonly<Record<Channel, number>> = {
  whatsapp: rankOf('delivered'),
  push: rankOf('accepted'),
  in_app: rankOf('accepted'),
};

/** Writes outcomes and receipts: what `standingsOf` and `writesOf` say, one after the other. */
export async function writeOutcomes(
  query: Query,
  groups: LockedGroups,
  outcomes: readonly Outcome[],
  at: Date,
): Promise<void> {
  if (outcomes.length === 0) return;
  const [standing] = await query([standingsOf(groups, outcomes)]);
  await query(writesOf(groups, outcomes, standing, at));
}

/** Asks how members stand before something more becomes known of them. */
export function standingsOf(
  { campaignId, channel }: Pick<LockedGroups, 'campaignId' | 'channel'>,
  members: readonly Pick<Outcome, 'seq'>[],
): string {
  const seqs = members.map(({ seq }) => sql.int(seq)).join(',');
  return `SELECT seq, status_rank, reason, billed_at IS NOT NULL AS billed FROM delivery WHERE ${keyOf({ campaignId, channel })} AND seq IN (${seqs})`;
}

/**
 * Statements that write outcomes and receipts, one for each member at most, and move the counters of their groups along.
 * Ranks only rise, whatever comes first. Exact because everybody who changes a delivery holds the lock of its group.
 */
export function writesOf(
  groups: LockedGroups,
  outcomes: readonly Outcome[],
  standing: Answer | undefined,
  at: Date,
): string[] {
  if (outcomes.length === 0) return [];
  const { campaignId, channel, grid, settled } = groups;
  const known = standings(standing);
  const changes = outcomes.map((outcome) => {
    const from = known.get(outcome.seq);
    const raised = raise(from, outcome);
    const billed = raised.billed || (!settled && isBillable(channel, raised));
    return { outcome, from, to: { ...raised, billed } };
  });
  const byGroup = Map.groupBy(changes, ({ outcome }) => groupAt(grid, outcome.seq).from);
  const moves = [...byGroup].map(([first, ofGroup]) => ({
    first,
    ...tallyChanges(ofGroup),
    retryAt: latestRetry(ofGroup.map(({ outcome }) => outcome)),
  }));
  const reasons = moves.flatMap(({ first, reasons }) =>
    [...reasons].map(([reason, n]) => `(${sql.id(campaignId)},${channelCode[channel]},${first},${reason},${n})`),
  );
  return [
    upsertOf(groups, changes, at),
    ...countersOf(groups, moves),
    ...(reasons.length === 0
      ? []
      : [
          `INSERT INTO group_reason (campaign_id, channel, first_seq, reason, members) VALUES ${reasons.join(',')}
             ON DUPLICATE KEY UPDATE members = members + VALUES(members)`,
        ]),
  ];
}

const keyOf = ({ campaignId, channel }: Pick<LockedGroups, 'campaignId' | 'channel'>) =>
  `campaign_id = ${sql.id(campaignId)} AND channel = ${channelCode[channel]}`;

function latestRetry(outcomes: readonly Outcome[]): Date | undefined {
  return outcomes.reduce<Date | undefined>(
    (latest, { notBefore }) => (notBefore && (!latest || notBefore > latest) ? notBefore : latest),
    undefined,
  );
}

/** By how much the counters of a group change. */
type Move = Pick<ReturnType<typeof tallyChanges>, 'tally' | 'billed'> & {
  readonly first: number;
  readonly retryAt: Date | undefined;
};

/** One statement for all groups; none when no counter moves. */
function countersOf(groups: LockedGroups, moves: readonly Move[]): string[] {
  const moved = [
    ...buckets
      .filter((name) => moves.some(({ tally }) => tally[name] !== 0))
      .map((name) => ({ name, by: ({ tally }: Move) => tally[name] })),
    ...(moves.some(({ billed }) => billed !== 0) ? [{ name: 'billed', by: ({ billed }: Move) => billed }] : []),
  ];
  const sets = moved.map(({ name }) => `g.${name} = g.${name} + m.${name}`);
  if (groups.pass) sets.push(`g.passes = GREATEST(g.passes, ${sql.int(groups.pass)})`);
  const retries = moves.some(({ retryAt }) => retryAt !== undefined);
  if (retries) sets.push('g.retry_at = COALESCE(m.retry_at, g.retry_at)');
  if (sets.length === 0) return [];
  const rows = moves.map((move) => {
    const values = moved.map(({ name, by }) => `${by(move)} AS ${name}`);
    if (retries) values.push(`CAST(${sql.time(move.retryAt)} AS DATETIME(3)) AS retry_at`);
    return `SELECT ${[`${sql.int(move.first)} AS first_seq`, ...values].join(', ')}`;
  });
  return [
    `UPDATE dispatch_group g JOIN (${rows.join(' UNION ALL ')}) m ON m.first_seq = g.first_seq
        SET ${sets.join(', ')} WHERE ${keyOf(groups)} AND g.pass = 0`,
  ];
}

const isBillable = (channel: Channel, { rank }: Standing) => rank >= billableFrom[channel] && rank !== rankOf('failed');

function standings(rows: Answer | undefined): ReadonlyMap<number, Standing> {
  return new Map(
    rowsOf<{ seq: number; status_rank: number; reason: number; billed: number }>(rows).map((row) => [
      row.seq,
      { rank: row.status_rank, reason: row.reason, billed: Number(row.billed) === 1 },
    ]),
  );
}

type Change = { readonly outcome: Outcome; readonly to: Standing };

/** The order of the assignments matters: MariaDB sees the new value of a column in the ones behind it. */
function upsertOf({ campaignId, channel, chargeMicros }: LockedGroups, changes: readonly Change[], at: Date): string {
  const when = sql.time(at);
  const rows = changes.map(({ outcome, to }) => {
    const { seq, customer, state, reason, notBefore, providerId, providerCode } = outcome;
    const who = customer === undefined ? 'NULL' : sql.hex(customer);
    return `(${sql.id(campaignId)},${sql.int(seq)},${channelCode[channel]},${who},${rankOf(state)},${sql.int(reason)},${sql.time(notBefore)},${sql.int(chargeMicros)},${sql.text(providerId?.slice(0, 80))},${sql.text(providerCode)},${to.billed ? when : 'NULL'},${when})`;
  });
  const raised = `(VALUES(status_rank) > status_rank OR (status_rank = ${rankOf('retry')} AND VALUES(status_rank) = status_rank))`;
  return `INSERT INTO delivery (campaign_id, seq, channel, customer_id, status_rank, reason, not_before, charge_micros, provider_id, provider_code, billed_at, changed_at)
    VALUES ${rows.join(',')}
    ON DUPLICATE KEY UPDATE
      customer_id = COALESCE(customer_id, VALUES(customer_id)), provider_id = COALESCE(provider_id, VALUES(provider_id)),
      charge_micros = GREATEST(charge_micros, VALUES(charge_micros)), billed_at = COALESCE(billed_at, VALUES(billed_at)),
      reason = IF(${raised}, VALUES(reason), reason), provider_code = IF(${raised}, VALUES(provider_code), provider_code),
      not_before = IF(${raised}, VALUES(not_before), not_before), changed_at = IF(${raised}, VALUES(changed_at), changed_at),
      status_rank = GREATEST(status_rank, VALUES(status_rank))`;
}
