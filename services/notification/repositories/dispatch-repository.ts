import { type Database, idFromBytes, idToBytes, type Transaction, transaction } from '@doffers/database';
import { type Channel, channelCode, channelOf } from '../domain/channel.ts';
import {
  alreadySending,
  type Content,
  type Dispatch,
  type DispatchState,
  dispatchState,
  launchSuperseded,
} from '../domain/dispatch.ts';

/** How campaigns are sent on their channels; written once. */
export type DispatchRepository = {
  /**
   * Writes a launch down once; what stands of it stays as it is. What an earlier launch left is replaced.
   * @throws DomainError `LAUNCH_SUPERSEDED` or `ALREADY_SENDING`
   */
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
        // Locks the campaign's text, so that of two launches at once the second sees what the first wrote.
        await tx.query(
          'INSERT INTO message_content (id, title, body, link) VALUES (?) ON DUPLICATE KEY UPDATE id = id',
          [[id, content.title, content.body, content.link]],
        );
        if (await stands(tx, first)) return;
        await removeEarlier(tx, first.campaignId);
        await writeContent(tx, id, content);
        for (const dispatch of dispatches) {
          await tx.query(
            `INSERT INTO dispatch (campaign_id, channel, launch_no, shop_id, audience_id, size, group_size, sender_id, content_id, charge_micros, send_window, state, created_at)
               VALUES (?)`,
            [
              [
                idToBytes(dispatch.campaignId),
                channelCode[dispatch.channel],
                dispatch.launchNo,
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

/** Whether this launch is written already. */
async function stands(
  tx: Transaction,
  { campaignId, launchNo }: Pick<Dispatch, 'campaignId' | 'launchNo'>,
): Promise<boolean> {
  const [row] = await tx.query('SELECT MAX(launch_no) AS launch_no FROM dispatch WHERE campaign_id = ?', [
    idToBytes(campaignId),
  ]);
  if (Number(row.launch_no) > launchNo) throw launchSuperseded();
  return Number(row.launch_no) === launchNo;
}

async function removeEarlier(tx: Transaction, campaignId: string): Promise<void> {
  const id = idToBytes(campaignId);
  // The lock that every claim waits for: none can come between the look and the removal.
  await tx.query('SELECT channel FROM dispatch WHERE campaign_id = ? FOR UPDATE', [id]);
  const [claimed] = await tx.query('SELECT 1 FROM dispatch_group WHERE campaign_id = ? LIMIT 1', [id]);
  if (claimed) throw alreadySending();
  await tx.query('DELETE FROM dispatch WHERE campaign_id = ?', [id]);
}

async function writeContent(tx: Transaction, id: Buffer, { title, body, link, whatsapp }: Content): Promise<void> {
  await tx.query('UPDATE message_content SET title = ?, body = ?, link = ? WHERE id = ?', [title, body, link, id]);
  await tx.query('DELETE FROM whatsapp_content WHERE id = ?', [id]);
  if (!whatsapp) return;
  const { template, language, variables } = whatsapp;
  await tx.query('INSERT INTO whatsapp_content (id, template, language, variables) VALUES (?)', [
    [id, template, language, JSON.stringify(variables)],
  ]);
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
  readonly launch_no: number;
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
    launchNo: row.launch_no,
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
