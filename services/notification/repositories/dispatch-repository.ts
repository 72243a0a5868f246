import { type Database, idFromBytes, idToBytes, type Transaction, transaction } from '@doffers/database';
import { type Channel, channelCode, channelOf } from '../domain/channel.ts';
import { type Bucket, buckets, stateOf } from '../domain/delivery.ts';
import { type Content, type Dispatch, type DispatchState, dispatchState } from '../domain/dispatch.ts';
import { claimerLost, reasonName } from '../domain/reason.ts';
import { writeOutcomes } from './outcome-writer.ts';

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

export type Recipient = {
  readonly seq: number;
  readonly state: string;
  readonly reason: string;
  readonly changedAt: Date | undefined;
  readonly billed: boolean;
};

/** Dispatches outside the hot path: prepared once, controlled, counted, settled. */
export type DispatchRepository = {
  addSender(id: string, ratePerSecond: number): Promise<void>;
  /** Keeps what is not there yet; what stands stays as it is. */
  prepare(dispatches: readonly Omit<Dispatch, 'settled' | 'state'>[], content: Content): Promise<void>;
  ofCampaign(campaignId: string): Promise<readonly Dispatch[]>;
  find(campaignId: string, channel: Channel): Promise<Dispatch | undefined>;
  content(id: string): Promise<Content | undefined>;
  /** Waits for claims under way; answers how many messages of open groups may still go out. */
  setState(campaignId: string, state: Exclude<DispatchState, 'stopped'>): Promise<number>;
  stop(campaignId: string, reason: number, at: Date): Promise<number>;
  progress(campaignId: string): Promise<readonly ChannelProgress[]>;
  settle(campaignId: string, at: Date): Promise<void>;
  recipients(dispatch: Dispatch, from: number, limit: number): Promise<readonly Recipient[]>;
};

export function createDispatchRepository(db: Database): DispatchRepository {
  const ofCampaign = async (tx: Transaction, campaignId: string, lock = ''): Promise<readonly Dispatch[]> => {
    const rows: DispatchRow[] = await tx.query(
      `SELECT d.*, s.rate_per_second FROM dispatch d LEFT JOIN sender s ON s.id = d.sender_id WHERE d.campaign_id = ? ORDER BY d.channel`,
      [idToBytes(campaignId)],
    );
    if (lock)
      await tx.query(`SELECT channel FROM dispatch WHERE campaign_id = ? ORDER BY channel ${lock}`, [
        idToBytes(campaignId),
      ]);
    return rows.map(toDispatch);
  };
  return {
    async addSender(id, ratePerSecond) {
      await db.query(
        'INSERT INTO sender (id, rate_per_second) VALUES (?, ?) ON DUPLICATE KEY UPDATE rate_per_second = VALUES(rate_per_second)',
        [id, ratePerSecond],
      );
    },

    prepare: (dispatches, content) =>
      transaction(db, async (tx) => {
        const [first] = dispatches;
        if (!first) return;
        const id = idToBytes(first.contentId);
        await tx.query(
          'INSERT INTO message_content (id, title, body, link) VALUES (?) ON DUPLICATE KEY UPDATE id = id',
          [[id, content.title, content.body, content.link]],
        );
        if (content.whatsapp) {
          const { template, language, variables } = content.whatsapp;
          await tx.query(
            'INSERT INTO whatsapp_content (id, template, language, variables) VALUES (?) ON DUPLICATE KEY UPDATE id = id',
            [[id, template, language, JSON.stringify(variables)]],
          );
        }
        for (const dispatch of dispatches) {
          await tx.query(
            `INSERT INTO dispatch (campaign_id, channel, shop_id, audience_id, size, group_size, sender_id, content_id, charge_micros, send_window, state, created_at)
               VALUES (?) ON DUPLICATE KEY UPDATE channel = channel`,
            [
              [
                idToBytes(dispatch.campaignId),
                channelCode[dispatch.channel],
                idToBytes(dispatch.shopId),
                idToBytes(dispatch.audienceId),
                dispatch.size,
                dispatch.groupSize,
                dispatch.sender?.id ?? null,
                id,
                dispatch.chargeMicros,
                dispatch.sendWindow,
                dispatchState.running,
                dispatch.createdAt,
              ],
            ],
          );
        }
      }),

    ofCampaign: (campaignId) => ofCampaign(db.manager, campaignId),
    find: async (campaignId, channel) =>
      (await ofCampaign(db.manager, campaignId)).find((dispatch) => dispatch.channel === channel),

    async content(id) {
      const [row] = await db.query(
        `SELECT c.title, c.body, c.link, w.template, w.language, w.variables
           FROM message_content c LEFT JOIN whatsapp_content w ON w.id = c.id WHERE c.id = ?`,
        [idToBytes(id)],
      );
      if (!row) return undefined;
      const { title, body, link, template, language, variables } = row;
      return {
        title,
        body,
        link,
        ...(template !== null && { whatsapp: { template, language, variables: JSON.parse(variables) as string[] } }),
      };
    },

    async setState(campaignId, state) {
      await db.query('UPDATE dispatch SET state = ? WHERE campaign_id = ? AND state <> ?', [
        dispatchState[state],
        idToBytes(campaignId),
        dispatchState.stopped,
      ]);
      return openMessages(db.manager, campaignId);
    },

    stop: (campaignId, reason, at) =>
      transaction(db, async (tx) => {
        const id = idToBytes(campaignId);
        await tx.query('UPDATE dispatch SET state = ? WHERE campaign_id = ?', [dispatchState.stopped, id]);
        for (const { channel, size, groupSize } of await ofCampaign(tx, campaignId)) {
          await closeUnclaimed(tx, { id, channel: channelCode[channel], size, groupSize, reason, at });
          await endRetries(tx, { id, channel: channelCode[channel], groupSize, reason, at });
        }
        return openMessages(tx, campaignId);
      }),

    async progress(campaignId) {
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

    settle: (campaignId, at) =>
      transaction(db, async (tx) => {
        const id = idToBytes(campaignId);
        await tx.query('UPDATE dispatch SET settled_at = ? WHERE campaign_id = ? AND settled_at IS NULL', [at, id]);
        for (const dispatch of await ofCampaign(tx, campaignId)) await closeOrphans(tx, dispatch, at);
      }),

    async recipients({ campaignId, channel, size, groupSize }, from, limit) {
      const to = Math.min(size, from + limit);
      const id = idToBytes(campaignId);
      const code = channelCode[channel];
      const rows: DeliveryRow[] = await db.query(
        'SELECT seq, status_rank, reason, provider_code, changed_at, billed_at FROM delivery WHERE campaign_id = ? AND channel = ? AND seq >= ? AND seq < ?',
        [id, code, from, to],
      );
      const groups: { first_seq: number; reason: number; claimed_at: Date }[] = await db.query(
        'SELECT first_seq, reason, claimed_at FROM dispatch_group WHERE campaign_id = ? AND channel = ? AND pass = 0 AND reason <> 0 AND first_seq > ? AND first_seq < ?',
        [id, code, from - groupSize, to],
      );
      const delivered = new Map(rows.map((row) => [row.seq, row]));
      const closed = new Map(groups.map((group) => [group.first_seq, group]));
      return Array.from({ length: Math.max(0, to - from) }, (_, index) => {
        const seq = from + index;
        const row = delivered.get(seq);
        if (row) return toRecipient(row);
        const group = closed.get(seq - (seq % groupSize));
        return group
          ? { seq, state: 'SUPPRESSED', reason: reasonName(group.reason), changedAt: group.claimed_at, billed: false }
          : { seq, state: 'PENDING', reason: '', changedAt: undefined, billed: false };
      });
    },
  };
}

type DispatchRow = {
  readonly campaign_id: Buffer;
  readonly channel: number;
  readonly shop_id: Buffer;
  readonly audience_id: Buffer;
  readonly content_id: Buffer;
  readonly size: number;
  readonly group_size: number;
  readonly sender_id: string | null;
  readonly rate_per_second: number | null;
  readonly charge_micros: number;
  readonly send_window: string;
  readonly state: number;
  readonly created_at: Date;
  readonly settled_at: Date | null;
};

type SumRow = Readonly<Record<Bucket, string>> & {
  readonly channel: number;
  readonly size: number;
  readonly state: number;
  readonly settled_at: Date | null;
  readonly billed: string;
  readonly retry_at: Date | null;
  readonly passes: number | null;
};

type DeliveryRow = {
  readonly seq: number;
  readonly status_rank: number;
  readonly reason: number;
  readonly provider_code: string | null;
  readonly changed_at: Date;
  readonly billed_at: Date | null;
};

const states: readonly DispatchState[] = ['running', 'paused', 'stopped'];

function toDispatch(row: DispatchRow): Dispatch {
  const { sender_id, rate_per_second } = row;
  return {
    campaignId: idFromBytes(row.campaign_id),
    channel: channelOf(row.channel),
    shopId: idFromBytes(row.shop_id),
    audienceId: idFromBytes(row.audience_id),
    contentId: idFromBytes(row.content_id),
    size: row.size,
    groupSize: row.group_size,
    sender:
      sender_id !== null && rate_per_second !== null ? { id: sender_id, ratePerSecond: rate_per_second } : undefined,
    chargeMicros: row.charge_micros,
    sendWindow: row.send_window,
    state: states.find((name) => dispatchState[name] === row.state) ?? 'stopped',
    createdAt: row.created_at,
    settled: row.settled_at !== null,
  };
}

const toRecipient = (row: DeliveryRow): Recipient => ({
  seq: row.seq,
  state: stateOf(row.status_rank, row.reason).toUpperCase(),
  reason: reasonName(row.reason, row.provider_code ?? undefined),
  changedAt: row.changed_at,
  billed: row.billed_at !== null,
});

/** Open groups of a retry pass hold only those of their members that wait. */
async function openMessages(tx: Transaction, campaignId: string): Promise<number> {
  const [{ messages }] = await tx.query(
    `SELECT COALESCE(SUM(IF(g.pass = 0, LEAST(d.group_size, d.size - g.first_seq), walked.retry)), 0) AS messages
       FROM dispatch_group g
       JOIN dispatch d ON d.campaign_id = g.campaign_id AND d.channel = g.channel
       LEFT JOIN dispatch_group walked ON walked.campaign_id = g.campaign_id AND walked.channel = g.channel AND walked.pass = 0 AND walked.first_seq = g.first_seq
      WHERE g.campaign_id = ? AND g.state = 1`,
    [idToBytes(campaignId)],
  );
  return Number(messages);
}

type Scope = {
  readonly id: Buffer;
  readonly channel: number;
  readonly groupSize: number;
  readonly reason: number;
  readonly at: Date;
};

/** Every group that nobody claimed, in one statement: a late claim meets the key. */
async function closeUnclaimed(
  tx: Transaction,
  { id, channel, size, groupSize, reason, at }: Scope & { readonly size: number },
) {
  const groups = Math.ceil(size / groupSize);
  if (groups === 0) return;
  const places = Array.from({ length: String(groups - 1).length }, (_, place) => place);
  const digit =
    '(SELECT 0 AS n UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9)';
  const numbers = `SELECT ${places.map((place) => `d${place}.n * ${10 ** place}`).join(' + ')} AS n FROM ${places.map((place) => `${digit} d${place}`).join(' CROSS JOIN ')}`;
  await tx.query(
    `INSERT INTO dispatch_group (campaign_id, channel, pass, first_seq, state, reason, token, claimed_at, suppressed)
     SELECT ?, ?, 0, k.n * ?, 2, ?, 0, ?, LEAST(?, ? - k.n * ?)
       FROM (${numbers}) k
       LEFT JOIN dispatch_group g ON g.campaign_id = ? AND g.channel = ? AND g.pass = 0 AND g.first_seq = k.n * ?
      WHERE k.n < ? AND g.first_seq IS NULL`,
    [id, channel, groupSize, reason, at, groupSize, size, groupSize, id, channel, groupSize, groups],
  );
}

/** What waited for another pass is never sent; groups that are open right now end their own when they close. */
async function endRetries(tx: Transaction, { id, channel, groupSize, reason, at }: Scope) {
  const [waiting] = await tx.query(
    'SELECT 1 AS found FROM dispatch_group WHERE campaign_id = ? AND channel = ? AND pass = 0 AND retry > 0 LIMIT 1 FOR UPDATE',
    [id, channel],
  );
  if (!waiting) return;
  // Of a group with an open retry pass the claimer decides: its messages may be on their way.
  const idle = `NOT EXISTS (SELECT 1 FROM dispatch_group o WHERE o.campaign_id = g.campaign_id AND o.channel = g.channel AND o.first_seq = g.first_seq AND o.state = 1)`;
  const groups: { first_seq: number; retry: number }[] = await tx.query(
    `SELECT g.first_seq, g.retry FROM dispatch_group g WHERE g.campaign_id = ? AND g.channel = ? AND g.pass = 0 AND g.retry > 0 AND ${idle} ORDER BY g.first_seq FOR UPDATE`,
    [id, channel],
  );
  for (const { first_seq: first, retry } of groups) {
    await tx.query(
      'UPDATE delivery SET status_rank = 35, reason = ?, not_before = NULL, changed_at = ? WHERE campaign_id = ? AND channel = ? AND seq >= ? AND seq < ? AND status_rank = 5',
      [reason, at, id, channel, first, first + groupSize],
    );
    await tx.query(
      'UPDATE dispatch_group SET retry = 0, suppressed = suppressed + ? WHERE campaign_id = ? AND channel = ? AND pass = 0 AND first_seq = ?',
      [retry, id, channel, first],
    );
    await tx.query(
      'INSERT INTO group_reason (campaign_id, channel, first_seq, reason, members) VALUES (?) ON DUPLICATE KEY UPDATE members = members + VALUES(members)',
      [[id, channel, first, reason, retry]],
    );
  }
}

/** Groups whose claimer died and whom nobody took over: what became of their members will not be known any more. */
async function closeOrphans(tx: Transaction, dispatch: Dispatch, at: Date) {
  const { campaignId, channel, size, groupSize, chargeMicros } = dispatch;
  const key = [idToBytes(campaignId), channelCode[channel]];
  const orphans: { pass: number; first_seq: number }[] = await tx.query(
    'SELECT pass, first_seq FROM dispatch_group WHERE campaign_id = ? AND channel = ? AND state = 1 ORDER BY first_seq FOR UPDATE',
    key,
  );
  for (const { pass, first_seq: from } of orphans) {
    const members = { from, to: Math.min(from + groupSize, size) };
    await tx.query(
      'SELECT 1 AS locked FROM dispatch_group WHERE campaign_id = ? AND channel = ? AND pass = 0 AND first_seq = ? FOR UPDATE',
      [...key, from],
    );
    const rows: { seq: number; status_rank: number }[] = await tx.query(
      'SELECT seq, status_rank FROM delivery WHERE campaign_id = ? AND channel = ? AND seq >= ? AND seq < ?',
      [...key, members.from, members.to],
    );
    const known = new Map(rows.map((row) => [row.seq, row.status_rank]));
    const outcomes = Array.from({ length: members.to - from }, (_, index) => from + index)
      .filter((seq) => (pass === 0 ? !known.has(seq) : known.get(seq) === 5))
      .map((seq) => ({ seq, customer: undefined, state: 'unknown' as const, reason: claimerLost }));
    await writeOutcomes(
      (text) => tx.query(text),
      { campaignId, channel, members, chargeMicros, settled: true, pass },
      outcomes,
      at,
    );
    await tx.query(
      'UPDATE dispatch_group SET state = 2, token = token + 1 WHERE campaign_id = ? AND channel = ? AND pass = ? AND first_seq = ?',
      [...key, pass, from],
    );
  }
}
