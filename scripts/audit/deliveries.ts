import type { Connection, RowDataPacket } from 'mysql2/promise';
import { type Channel, channels } from './channel.ts';

/** Of one member on one channel. `none`: nothing says what became of it. */
export type DeliveryState = 'none' | 'retry' | 'unknown' | 'accepted' | 'failed' | 'suppressed' | 'delivered';

/** What the delivery ledger says of one channel of a campaign. */
export type ChannelLedger = {
  readonly channel: Channel;
  /** Members of the frozen audience, counted in the audience itself. */
  readonly planned: number;
  /** Members that the dispatch row was told of. */
  readonly size: number;
  readonly states: Uint8Array;
  /** Failures and suppressions by reason. */
  readonly reasons: ReadonlyMap<number, number>;
  /** What the counters say that progress and settlement are read from. */
  readonly counted: Readonly<Record<Exclude<DeliveryState, 'none'>, number>>;
  /** Deliveries that the shop pays for, counted row by row. */
  readonly billed: number;
  readonly settled: boolean;
  /** In-app messages that are not in the inbox although they were accepted, and those that are there twice. */
  readonly inbox: { readonly missing: number; readonly copies: number };
};

export const deliveryStates: readonly DeliveryState[] = [
  'none',
  'retry',
  'unknown',
  'accepted',
  'failed',
  'suppressed',
  'delivered',
];
export const codeOf = (state: DeliveryState): number => deliveryStates.indexOf(state);

const rowsAtOnce = 50_000;
/** `services/notification/domain/delivery.ts`: final below this reason is our own decision not to send. */
const firstFailure = 200;

/** The ledger of each channel that the campaign was sent on; none when it was never dispatched. */
export async function readDeliveries(
  { notification, user }: { readonly notification: Connection; readonly user: Connection },
  campaignId: string,
): Promise<ChannelLedger[]> {
  const id = bytesOf(campaignId);
  const dispatches = await rowsOf<DispatchRow>(
    notification,
    'SELECT channel, size, group_size, audience_id, content_id, settled_at FROM dispatch WHERE campaign_id = ? ORDER BY channel',
    [id],
  );
  const ledgers: ChannelLedger[] = [];
  for (const dispatch of dispatches) {
    const [members] = await rowsOf<{ planned: number }>(
      user,
      'SELECT COUNT(*) AS planned FROM audience_member WHERE audience_id = ? AND channel = ?',
      [dispatch.audience_id, dispatch.channel],
    );
    ledgers.push(await readChannel(notification, { id, dispatch, planned: Number(members?.planned) }));
  }
  return ledgers;
}

type DispatchRow = {
  readonly channel: number;
  readonly size: number;
  readonly group_size: number;
  readonly audience_id: Buffer;
  readonly content_id: Buffer;
  readonly settled_at: Date | null;
};
type Scope = { readonly id: Buffer; readonly dispatch: DispatchRow; readonly planned: number };

async function readChannel(db: Connection, { id, dispatch, planned }: Scope): Promise<ChannelLedger> {
  const { channel, size, group_size: groupSize } = dispatch;
  const name = channels.find(({ code }) => code === channel)?.name;
  if (name === undefined) throw new RangeError(`no channel has the code ${channel}`);
  const states = new Uint8Array(Math.max(size, planned));
  const reasons = new Map<number, number>();
  const count = (reason: number) => reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  let billed = 0;
  for (let from = 0; from < states.length; from += rowsAtOnce) {
    const rows = await rowsOf<{ seq: number; status_rank: number; reason: number; billed: number }>(
      db,
      `SELECT seq, status_rank, reason, billed_at IS NOT NULL AS billed FROM delivery
        WHERE campaign_id = ? AND channel = ? AND seq >= ? AND seq < ?`,
      [id, channel, from, from + rowsAtOnce],
    );
    for (const { seq, status_rank: rank, reason, billed: isBilled } of rows) {
      const state = stateOf(rank, reason);
      states[seq] = codeOf(state);
      if (state === 'failed' || state === 'suppressed') count(reason);
      billed += Number(isBilled);
    }
  }
  // A member without a row of its own has the reason of its group, when the group was closed with one.
  const closed = await rowsOf<{ first_seq: number; reason: number }>(
    db,
    'SELECT first_seq, reason FROM dispatch_group WHERE campaign_id = ? AND channel = ? AND pass = 0 AND reason <> 0',
    [id, channel],
  );
  for (const { first_seq: first, reason } of closed) {
    for (let seq = first; seq < Math.min(first + groupSize, size); seq += 1) {
      if (states[seq] !== codeOf('none')) continue;
      states[seq] = codeOf('suppressed');
      count(reason);
    }
  }
  const [sums] = await rowsOf<Record<string, string>>(
    db,
    `SELECT COALESCE(SUM(accepted), 0) AS accepted, COALESCE(SUM(delivered + seen), 0) AS delivered,
            COALESCE(SUM(failed), 0) AS failed, COALESCE(SUM(suppressed), 0) AS suppressed,
            COALESCE(SUM(unknown), 0) AS unknown, COALESCE(SUM(retry), 0) AS retry
       FROM dispatch_group WHERE campaign_id = ? AND channel = ? AND pass = 0`,
    [id, channel],
  );
  const counter = (of: string) => Number(sums?.[of]);
  const counted = {
    accepted: counter('accepted'),
    delivered: counter('delivered'),
    failed: counter('failed'),
    suppressed: counter('suppressed'),
    unknown: counter('unknown'),
    retry: counter('retry'),
  };
  const inbox = name === 'in_app' ? await readInbox(db, { id, dispatch, planned }) : { missing: 0, copies: 0 };
  const settled = dispatch.settled_at !== null;
  return { channel: name, planned, size, states, reasons, counted, billed, settled, inbox };
}

async function readInbox(db: Connection, { id, dispatch }: Scope): Promise<ChannelLedger['inbox']> {
  const [found] = await rowsOf<{ missing: number; copies: number }>(
    db,
    `SELECT COALESCE(SUM(messages = 0), 0) AS missing, COALESCE(SUM(GREATEST(messages, 1) - 1), 0) AS copies
       FROM (SELECT (SELECT COUNT(*) FROM inbox_message m WHERE m.user_id = d.customer_id AND m.content_id = ?) AS messages
               FROM delivery d WHERE d.campaign_id = ? AND d.channel = ? AND d.status_rank BETWEEN 20 AND 30) shown`,
    [dispatch.content_id, id, dispatch.channel],
  );
  return { missing: Number(found?.missing), copies: Number(found?.copies) };
}

/** Ranks as `services/notification/domain/delivery.ts` stores them. */
function stateOf(rank: number, reason: number): DeliveryState {
  if (rank === 5) return 'retry';
  if (rank === 15) return 'unknown';
  if (rank === 20 || rank === 30) return 'accepted';
  if (rank === 35) return reason < firstFailure ? 'suppressed' : 'failed';
  if (rank === 40 || rank === 50) return 'delivered';
  throw new RangeError(`no delivery state has the rank ${rank}`);
}

const bytesOf = (uuid: string): Buffer => Buffer.from(uuid.replaceAll('-', ''), 'hex');

export async function rowsOf<T>(db: Connection, sql: string, values: readonly unknown[]): Promise<T[]> {
  const [rows] = await db.query<RowDataPacket[]>(sql, [...values]);
  return rows as T[];
}
