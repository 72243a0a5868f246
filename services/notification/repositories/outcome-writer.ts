import { type Channel, channelCode } from '../domain/channel.ts';
import { buckets, type Outcome, raise, rankOf, type Standing, tallyChanges } from '../domain/delivery.ts';
import type { Range } from '../domain/grid.ts';
import { sql } from './sql-text.ts';
import { type Answer, rowsOf } from './statement-pool.ts';

/** A group whose pass-0 row the caller has locked in the transaction of `query`. */
export type LockedGroup = {
  readonly campaignId: string;
  readonly channel: Channel;
  readonly members: Range;
  readonly chargeMicros: number;
  /** Whether the books are closed: what becomes billable now is the platform's cost. */
  readonly settled: boolean;
  /** The pass that these outcomes belong to; receipts belong to none. */
  readonly pass?: number;
};

/** Runs one statement. */
export type Query = (text: string) => Promise<Answer>;

/** When an outcome has to be paid for. Devices and inboxes give no receipt, WhatsApp does. */
const billableFrom: Readonly<Record<Channel, number>> = {
  whatsapp: rankOf('delivered'),
  push: rankOf('accepted'),
  in_app: rankOf('accepted'),
};

/**
 * Writes outcomes and receipts of one group and moves its counters along. Ranks only rise, whatever comes first. Exact
 * because everybody who changes a delivery holds the lock of its group.
 */
export async function writeOutcomes(
  query: Query,
  group: LockedGroup,
  outcomes: readonly Outcome[],
  at: Date,
): Promise<void> {
  if (outcomes.length === 0) return;
  const { campaignId, channel, members, settled } = group;
  const key = `campaign_id = ${sql.id(campaignId)} AND channel = ${channelCode[channel]}`;
  const known = await standings(query, key, members);
  const changes = outcomes.map((outcome) => {
    const from = known.get(outcome.seq);
    const raised = raise(from, outcome);
    const billed = raised.billed || (!settled && isBillable(channel, raised));
    return { outcome, from, to: { ...raised, billed } };
  });
  await query(upsertOf(group, changes, at));
  const { tally, billed, reasons } = tallyChanges(changes);
  const retryAt = outcomes.reduce<Date | undefined>(
    (latest, { notBefore }) => (notBefore && (!latest || notBefore > latest) ? notBefore : latest),
    undefined,
  );
  const counters = buckets.filter((name) => tally[name] !== 0).map((name) => `${name} = ${name} + ${tally[name]}`);
  if (billed !== 0) counters.push(`billed = billed + ${billed}`);
  if (group.pass) counters.push(`passes = GREATEST(passes, ${sql.int(group.pass)})`);
  if (retryAt) counters.push(`retry_at = ${sql.time(retryAt)}`);
  if (counters.length > 0) {
    await query(
      `UPDATE dispatch_group SET ${counters.join(', ')} WHERE ${key} AND pass = 0 AND first_seq = ${sql.int(members.from)}`,
    );
  }
  if (reasons.size > 0) {
    const rows = [...reasons].map(
      ([reason, n]) => `(${sql.id(campaignId)},${channelCode[channel]},${members.from},${reason},${n})`,
    );
    await query(
      `INSERT INTO group_reason (campaign_id, channel, first_seq, reason, members) VALUES ${rows.join(',')}
         ON DUPLICATE KEY UPDATE members = members + VALUES(members)`,
    );
  }
}

const isBillable = (channel: Channel, { rank }: Standing) => rank >= billableFrom[channel] && rank !== rankOf('failed');

async function standings(query: Query, key: string, { from, to }: Range): Promise<ReadonlyMap<number, Standing>> {
  const rows = rowsOf<{ seq: number; status_rank: number; reason: number; billed: number }>(
    await query(
      `SELECT seq, status_rank, reason, billed_at IS NOT NULL AS billed FROM delivery WHERE ${key} AND seq >= ${sql.int(from)} AND seq < ${sql.int(to)}`,
    ),
  );
  return new Map(
    rows.map((row) => [row.seq, { rank: row.status_rank, reason: row.reason, billed: Number(row.billed) === 1 }]),
  );
}

type Change = { readonly outcome: Outcome; readonly to: Standing };

/** The order of the assignments matters: MariaDB sees the new value of a column in the ones behind it. */
function upsertOf({ campaignId, channel, chargeMicros }: LockedGroup, changes: readonly Change[], at: Date): string {
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
