import { type Database, idFromBytes, idToBytes, type Transaction, transaction } from '@doffers/database';
import { type Channel, channelCode, channelOf } from '../domain/channel.ts';
import { type Content, type Dispatch, type DispatchState, dispatchState } from '../domain/dispatch.ts';

/** How campaigns are sent on their channels; written once. */
export type DispatchRepository = {
  /** Keeps what is not there yet; what stands stays as it is. */
  prepare(dispatches: readonly Omit<Dispatch, 'settled' | 'state'>[], content: Content): Promise<void>;
  ofCampaign(campaignId: string): Promise<readonly Dispatch[]>;
  find(campaignId: string, channel: Channel): Promise<Dispatch | undefined>;
  content(id: string): Promise<Content | undefined>;
};

export function createDispatchRepository(db: Database): DispatchRepository {
  return {
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

    ofCampaign: (campaignId) => dispatchesOf(db.manager, campaignId),
    find: async (campaignId, channel) =>
      (await dispatchesOf(db.manager, campaignId)).find((dispatch) => dispatch.channel === channel),

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
  };
}

/** The dispatches of a campaign, one for each channel. */
export async function dispatchesOf(tx: Transaction, campaignId: string): Promise<readonly Dispatch[]> {
  const rows: DispatchRow[] = await tx.query(
    `SELECT d.*, s.rate_per_second FROM dispatch d LEFT JOIN sender s ON s.id = d.sender_id WHERE d.campaign_id = ? ORDER BY d.channel`,
    [idToBytes(campaignId)],
  );
  return rows.map(toDispatch);
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
