import { type Database, idToBytes } from '@doffers/database';
import { channelCode } from '../domain/channel.ts';
import { stateOf } from '../domain/delivery.ts';
import type { Dispatch } from '../domain/dispatch.ts';
import { reasonName } from '../domain/reason.ts';

export type Recipient = {
  readonly seq: number;
  readonly state: string;
  readonly reason: string;
  readonly changedAt: Date | undefined;
  readonly billed: boolean;
};

/** What became of each member of a campaign. */
export type Recipients = { list(dispatch: Dispatch, from: number, limit: number): Promise<readonly Recipient[]> };

export function createRecipients(db: Database): Recipients {
  return {
    async list({ campaignId, channel, size, groupSize }, from, limit) {
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

type DeliveryRow = {
  readonly seq: number;
  readonly status_rank: number;
  readonly reason: number;
  readonly provider_code: string | null;
  readonly changed_at: Date;
  readonly billed_at: Date | null;
};

const toRecipient = (row: DeliveryRow): Recipient => ({
  seq: row.seq,
  state: stateOf(row.status_rank, row.reason).toUpperCase(),
  reason: reasonName(row.reason, row.provider_code ?? undefined),
  changedAt: row.changed_at,
  billed: row.billed_at !== null,
});
