import { channelCode } from '../domain/channel.ts';
import { type Outcome, rank } from '../domain/delivery.ts';
import { type Dispatch, dispatchState } from '../domain/dispatch.ts';
import type { Range } from '../domain/grid.ts';
import { sql } from './sql-text.ts';

/** One group in one pass. */
export type GroupKey = { readonly dispatch: Dispatch; readonly pass: number; readonly members: Range };

/** Something to tell another service, kept in the transaction that proves it. */
export type Notice = { readonly topic: string; readonly key: string; readonly payload: object };

/** How a group stands: claimed, or done. */
export const open = 1;
export const closed = 2;

export const dispatchKey = ({ campaignId, channel }: Dispatch) =>
  `campaign_id = ${sql.id(campaignId)} AND channel = ${channelCode[channel]}`;

export const groupKey = ({ dispatch, pass, members }: GroupKey) =>
  `${dispatchKey(dispatch)} AND pass = ${sql.int(pass)} AND first_seq = ${sql.int(members.from)}`;

/** One statement that reads the dispatch under a shared lock and claims: pause and stop wait for it, and it for them. */
export function claimOf(
  { dispatch, pass, members }: GroupKey,
  token: bigint,
  state: number,
  outcomes: readonly Outcome[] = [],
): string {
  const accepted = outcomes.reduce((n, outcome) => n + Number(outcome.state === 'accepted'), 0);
  const suppressed = outcomes.length - accepted;
  return `INSERT INTO dispatch_group (campaign_id, channel, pass, first_seq, state, token, claimed_at, accepted, billed, suppressed)
    SELECT campaign_id, channel, ${sql.int(pass)}, ${sql.int(members.from)}, ${state}, ${sql.int(token)}, NOW(3), ${accepted}, ${accepted}, ${suppressed}
      FROM dispatch WHERE ${dispatchKey(dispatch)} AND state = ${dispatchState.running} AND settled_at IS NULL LOCK IN SHARE MODE`;
}

export function inboxRows({ dispatch, members }: GroupKey, outcomes: readonly Outcome[], at: Date): string[] {
  const { campaignId, contentId, createdAt } = dispatch;
  const [head, tail, when] = [`(${sql.id(campaignId)},`, `,${sql.int(dispatch.chargeMicros)},`, sql.time(at)];
  const rows = outcomes.map(({ seq, customer, state, reason }) => {
    const accepted = state === 'accepted';
    return `${head}${seq},3,0x${customer},${accepted ? rank.accepted : rank.final},${reason}${tail}${accepted ? when : 'NULL'},${when})`;
  });
  return [
    `INSERT INTO delivery (campaign_id, seq, channel, customer_id, status_rank, reason, charge_micros, billed_at, changed_at) VALUES ${rows.join(',')}`,
    `INSERT INTO inbox_message (user_id, created_at, id, content_id, seq)
       SELECT customer_id, ${sql.time(createdAt)}, campaign_id, ${sql.id(contentId)}, seq FROM delivery
        WHERE ${dispatchKey(dispatch)} AND seq >= ${sql.int(members.from)} AND seq < ${sql.int(members.to)} AND status_rank = ${rank.accepted}
       ON DUPLICATE KEY UPDATE user_id = inbox_message.user_id`,
  ];
}

export function noticeRows(notices: readonly Notice[], at: Date): string[] {
  if (notices.length === 0) return [];
  const rows = notices.map(
    ({ topic, key, payload }) =>
      `(${sql.text(topic)},${sql.text(key)},${sql.text(JSON.stringify(payload))},${sql.time(at)},${sql.time(at)})`,
  );
  return [`INSERT INTO outbox (topic, ordering_key, payload, created_at, next_attempt_at) VALUES ${rows.join(',')}`];
}
