import { idFromBytes, idToBytes, type Transaction } from '@doffers/database';
import { type Channel, channelCode, parseDeliveryId } from '../domain/channel.ts';
import { type Outcome, rankOf } from '../domain/delivery.ts';
import { groupAt } from '../domain/grid.ts';
import { reasonOf } from '../domain/reason.ts';
import type { OwnReceipt } from '../domain/receipt.ts';
import { inTurn, writeOutcomes } from './outcome-writer.ts';

export type DeliveryReceipts = {
  /** Raises deliveries to what was reported of them, and counts along. A receipt may come before its outcome. */
  apply(receipts: readonly OwnReceipt[], at: Date): Promise<void>;
  /** The frozen audience that a campaign was sent to on WhatsApp; undefined when it never was. */
  audienceOf(campaignId: string): Promise<string | undefined>;
};

/** Receipts applied to the delivery ledger, within one transaction. */
export function createDeliveryReceipts(tx: Transaction): DeliveryReceipts {
  return {
    async apply(receipts, at) {
      const reports = receipts.flatMap(reportOf);
      const campaigns = [...Map.groupBy(reports, ({ campaignId }) => campaignId)].sort(([one], [other]) =>
        one < other ? -1 : 1,
      );
      for (const [campaignId, ofCampaign] of campaigns)
        await applyTo(tx, { campaignId, channel: 'whatsapp' }, ofCampaign, at);
    },
    async audienceOf(campaignId) {
      const [row] = await tx.query('SELECT audience_id FROM dispatch WHERE campaign_id = ? AND channel = ?', [
        idToBytes(campaignId),
        channelCode.whatsapp,
      ]);
      return row && idFromBytes(row.audience_id);
    },
  };
}

export type DeliveryReadings = {
  /** Raises the in-app delivery of a campaign's member to read. */
  read(campaignId: string, seq: number, at: Date): Promise<void>;
};

/** Readings in the inbox, applied to the delivery ledger within one transaction. */
export function createDeliveryReadings(tx: Transaction): DeliveryReadings {
  return {
    read: (campaignId, seq, at) => {
      const outcome: Outcome = { seq, customer: undefined, state: 'read', reason: 0 };
      return applyTo(tx, { campaignId, channel: 'in_app' }, [{ outcome }], at);
    },
  };
}

type Report = { readonly campaignId: string; readonly outcome: Outcome };

/** Test messages have no row. */
function reportOf({ deliveryId, wamid, status, errorCode }: OwnReceipt): Report[] {
  const delivery = parseDeliveryId(deliveryId);
  if (delivery?.channel !== 'whatsapp') return [];
  const { campaignId, seq } = delivery;
  const reason = status === 'failed' ? reasonOf(errorCode ?? 'unknown') : { reason: 0 };
  return [{ campaignId, outcome: { seq, customer: undefined, state: status, providerId: wamid, ...reason } }];
}

/** Dispatch first, groups in their order, as everybody locks. A few statements, however many groups there are. */
async function applyTo(
  tx: Transaction,
  { campaignId, channel }: { readonly campaignId: string; readonly channel: Channel },
  reports: readonly Pick<Report, 'outcome'>[],
  at: Date,
): Promise<void> {
  const key = [idToBytes(campaignId), channelCode[channel]];
  const [dispatch] = await tx.query(
    'SELECT size, group_size, charge_micros, settled_at FROM dispatch WHERE campaign_id = ? AND channel = ? LOCK IN SHARE MODE',
    key,
  );
  if (!dispatch) return;
  const grid = { size: Number(dispatch.size), groupSize: Number(dispatch.group_size) };
  const firsts = [...new Set(reports.map(({ outcome }) => groupAt(grid, outcome.seq).from))];
  const claimed: { first_seq: number }[] = await tx.query(
    `SELECT first_seq FROM dispatch_group WHERE campaign_id = ? AND channel = ? AND pass = 0 AND first_seq IN (?)
      ORDER BY first_seq FOR UPDATE`,
    [...key, firsts],
  );
  // Nothing was sent from a group that nobody claimed: whoever says so is not talking about our message.
  const known = new Set(claimed.map(({ first_seq }) => first_seq));
  const outcomes = reports.map(({ outcome }) => outcome).filter(({ seq }) => known.has(groupAt(grid, seq).from));
  const locked = {
    campaignId,
    channel,
    grid,
    chargeMicros: Number(dispatch.charge_micros),
    settled: dispatch.settled_at !== null,
  };
  await writeOutcomes(inTurn(tx), locked, furthest(outcomes), at);
}

/** Of what is said about one message only the furthest counts: it is where the message stands, whatever came first. */
function furthest(outcomes: readonly Outcome[]): readonly Outcome[] {
  const bySeq = new Map<number, Outcome>();
  for (const outcome of outcomes) {
    const other = bySeq.get(outcome.seq);
    if (other === undefined || rankOf(outcome.state) > rankOf(other.state)) bySeq.set(outcome.seq, outcome);
  }
  return [...bySeq.values()];
}
