import { idToBytes, type Transaction } from '@doffers/database';
import { channelCode } from '../domain/channel.ts';
import type { Dispatch } from '../domain/dispatch.ts';
import { claimerLost } from '../domain/reason.ts';
import { inTurn, writeOutcomes } from './outcome-writer.ts';

/** Groups whose claimer died and whom nobody took over: what became of their members will not be known any more. */
export async function closeOrphans(tx: Transaction, dispatch: Dispatch, at: Date) {
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
      inTurn(tx),
      { campaignId, channel, grid: dispatch, chargeMicros, settled: true, pass },
      outcomes,
      at,
    );
    await tx.query(
      'UPDATE dispatch_group SET state = 2, token = token + 1 WHERE campaign_id = ? AND channel = ? AND pass = ? AND first_seq = ?',
      [...key, pass, from],
    );
  }
}
