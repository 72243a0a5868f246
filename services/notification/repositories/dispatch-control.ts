import { type Database, idToBytes, type Transaction, transaction } from '@doffers/database';
import { channelCode } from '../domain/channel.ts';
import { type DispatchState, dispatchState } from '../domain/dispatch.ts';
import { dispatchesOf } from './dispatch-repository.ts';
import { closeOrphans } from './orphans.ts';

/** Pause, stop and the end of the books. */
export type DispatchControl = {
  /** Waits for claims under way; answers how many messages of open groups may still go out. */
  setState(campaignId: string, state: Exclude<DispatchState, 'stopped'>): Promise<number>;
  stop(campaignId: string, reason: number, at: Date): Promise<number>;
  settle(campaignId: string, at: Date): Promise<void>;
};

export function createDispatchControl(db: Database): DispatchControl {
  return {
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
        for (const { channel, size, groupSize } of await dispatchesOf(tx, campaignId)) {
          await closeUnclaimed(tx, { id, channel: channelCode[channel], size, groupSize, reason, at });
          await endRetries(tx, { id, channel: channelCode[channel], groupSize, reason, at });
        }
        return openMessages(tx, campaignId);
      }),

    settle: (campaignId, at) =>
      transaction(db, async (tx) => {
        const id = idToBytes(campaignId);
        await tx.query('UPDATE dispatch SET settled_at = ? WHERE campaign_id = ? AND settled_at IS NULL', [at, id]);
        for (const dispatch of await dispatchesOf(tx, campaignId)) await closeOrphans(tx, dispatch, at);
      }),
  };
}

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
