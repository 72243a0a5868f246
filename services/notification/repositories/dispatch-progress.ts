import { type Database, idToBytes } from '@doffers/database';
import { type Channel, channelCode, channelOf } from '../domain/channel.ts';
import { type Bucket, buckets, rank, stateOf } from '../domain/delivery.ts';
import { type Dispatch, dispatchState } from '../domain/dispatch.ts';
import { reasonName, templateReasons } from '../domain/reason.ts';

/** How one channel of a campaign stands. */
export type ChannelProgress = Readonly<Record<Bucket, number>> & {
  readonly channel: Channel;
  readonly size: number;
  readonly pending: number;
  readonly billable: number;
  readonly settled: boolean;
  readonly stopped: boolean;
  readonly retryAt: Date | undefined;
  readonly retryPass: number;
  readonly reasons: readonly {
    readonly state: 'FAILED' | 'SUPPRESSED';
    readonly reason: string;
    readonly count: number;
  }[];
};

/** Counts of a campaign: sums over its groups, never over its deliveries. */
export type DispatchProgress = {
  ofCampaign(campaignId: string): Promise<readonly ChannelProgress[]>;
  /** WhatsApp's code when the newest group was refused for its template; it is sent again in a later pass. */
  templateRefusal(dispatch: Pick<Dispatch, 'campaignId' | 'channel' | 'groupSize'>): Promise<string | undefined>;
};

export function createDispatchProgress(db: Database): DispatchProgress {
  return {
    async ofCampaign(campaignId) {
      const id = idToBytes(campaignId);
      const sums: SumRow[] = await db.query(
        `SELECT d.channel, d.size, d.state, d.settled_at,
                ${buckets.map((name) => `COALESCE(SUM(g.${name}), 0) AS ${name}`).join(', ')}, COALESCE(SUM(g.billed), 0) AS billed,
                MAX(IF(g.retry > 0, g.retry_at, NULL)) AS retry_at, MIN(IF(g.retry > 0, g.passes, NULL)) AS passes
           FROM dispatch d LEFT JOIN dispatch_group g ON g.campaign_id = d.campaign_id AND g.channel = d.channel AND g.pass = 0
          WHERE d.campaign_id = ? GROUP BY d.channel, d.size, d.state, d.settled_at ORDER BY d.channel`,
        [id],
      );
      const reasons: { channel: number; reason: number; members: string }[] = await db.query(
        `SELECT channel, reason, SUM(members) AS members FROM (
            SELECT channel, reason, members FROM group_reason WHERE campaign_id = ?
            UNION ALL
            SELECT channel, reason, suppressed FROM dispatch_group WHERE campaign_id = ? AND pass = 0 AND reason <> 0) r
          GROUP BY channel, reason HAVING SUM(members) > 0 ORDER BY channel, reason`,
        [id, id],
      );
      return sums.map((row) => {
        const tally = Object.fromEntries(buckets.map((name) => [name, Number(row[name])])) as Record<Bucket, number>;
        const known = buckets.reduce((sum, name) => sum + tally[name], 0);
        return {
          ...tally,
          channel: channelOf(row.channel),
          size: row.size,
          pending: row.size - known,
          billable: Number(row.billed),
          settled: row.settled_at !== null,
          stopped: row.state === dispatchState.stopped,
          retryAt: row.retry_at ?? undefined,
          retryPass: row.passes === null || row.state === dispatchState.stopped ? 0 : Number(row.passes) + 1,
          reasons: reasons
            .filter(({ channel }) => channel === row.channel)
            .map(({ reason, members }) => ({
              state: stateOf(35, reason) === 'failed' ? ('FAILED' as const) : ('SUPPRESSED' as const),
              reason: reasonName(reason),
              count: Number(members),
            })),
        };
      });
    },
    async templateRefusal({ campaignId, channel, groupSize }) {
      const of = [idToBytes(campaignId), channelCode[channel]];
      const [row]: { reason: number }[] = await db.query(
        `SELECT d.reason
           FROM (SELECT first_seq FROM dispatch_group WHERE campaign_id = ? AND channel = ?
                  ORDER BY claimed_at DESC, first_seq DESC LIMIT 1) g
           JOIN delivery d ON d.seq >= g.first_seq AND d.seq < g.first_seq + ?
          WHERE d.campaign_id = ? AND d.channel = ? AND d.status_rank = ? AND d.reason >= ? AND d.reason < ? LIMIT 1`,
        [...of, groupSize, ...of, rank.retry, templateReasons.from, templateReasons.to],
      );
      return row && reasonName(row.reason);
    },
  };
}

type SumRow = Readonly<Record<Bucket, string>> & {
  readonly channel: number;
  readonly size: number;
  readonly state: number;
  readonly settled_at: Date | null;
  readonly billed: string;
  readonly retry_at: Date | null;
  readonly passes: number | null;
};
