import { setTimeout as sleep } from 'node:timers/promises';
import { type Databases, idBytes } from './ask-database.ts';

/** Where a campaign is when a process is killed. `sent` is the share of its WhatsApp members that were handled. */
export type Moment = 'freeze' | 'launch' | { readonly sent: number } | 'settlement' | 'invoice';

export const nameOf = (moment: Moment): string =>
  typeof moment === 'string' ? moment : `sending, from ${moment.sent} %`;

const whatsapp = 1;

/** Waits until a campaign has reached a moment, looking often enough to meet it from the inside. */
export async function reached(
  { ask }: Databases,
  {
    campaignId,
    moment,
    signal,
  }: { readonly campaignId: string; readonly moment: Moment; readonly signal: AbortSignal },
): Promise<void> {
  while (!(await isReached({ ask }, campaignId, moment))) await sleep(5, undefined, { signal });
}

async function isReached(databases: Pick<Databases, 'ask'>, campaignId: string, moment: Moment): Promise<boolean> {
  const id = idBytes(campaignId);
  const finds = async (sql: string, values: readonly unknown[]) => (await databases.ask(sql, values)).length > 0;
  switch (moment) {
    case 'freeze':
      return finds('SELECT 1 FROM campaign_db.audience WHERE campaign_id = ?', [id]);
    case 'launch':
      return finds('SELECT 1 FROM campaign_db.launch WHERE campaign_id = ?', [id]);
    case 'settlement':
      return finds("SELECT 1 FROM campaign_db.campaign WHERE id = ? AND state = 'settling'", [id]);
    case 'invoice':
      return finds("SELECT 1 FROM payment_db.hold WHERE idempotency_key LIKE ? AND state = 'settled'", [
        `campaign/${campaignId}/hold/%`,
      ]);
    default:
      return (await percentSent(databases, campaignId)) >= moment.sent;
  }
}

/** The share of WhatsApp members that were handled, whatever came of it. */
export async function percentSent({ ask }: Pick<Databases, 'ask'>, campaignId: string): Promise<number> {
  const [row] = await ask<{ share: string | null }>(
    `SELECT 100 * SUM(g.accepted + g.delivered + g.seen + g.failed + g.suppressed + g.unknown + g.retry) / d.size AS share
       FROM notification_db.dispatch d
       JOIN notification_db.dispatch_group g ON g.campaign_id = d.campaign_id AND g.channel = d.channel AND g.pass = 0
      WHERE d.campaign_id = ? AND d.channel = ${whatsapp} GROUP BY d.size`,
    [idBytes(campaignId)],
  );
  return Number(row?.share ?? 0);
}
