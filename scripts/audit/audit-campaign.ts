import { type Connection, createConnection } from 'mysql2/promise';
import { databaseUrlsOf } from '../platform/process-environment.ts';
import type { Stack } from '../stack/stack.ts';
import { type CampaignBooks, readBooks } from './books.ts';
import { readDeliveries } from './deliveries.ts';
import { judge, type Verdict } from './judge.ts';
import { readSent, recordedMessages, type Sent } from './sent.ts';

export type CampaignAudit = Verdict & { readonly books: CampaignBooks; readonly sent: Sent };

/**
 * Whether a finished campaign kept its promises, for demos, fault tests and benches alike:
 *
 *     const { lost, duplicates, ledgerImbalancePaise, problems } = await auditCampaign(stack, campaignId);
 *
 * It trusts nobody: members are counted in `user`'s frozen audience, outcomes row by row in `notification`'s ledger,
 * messages in the sandbox's recorder, money in `payment`'s journals, and all of it is compared (`judge.ts`). The rest of
 * the answer says where the campaign stands: `channels` (deliveries by state), `books` (paise, invoice), `sent`
 * (messages that providers accepted), `problems` (a sentence for each finding).
 *
 * Call it once the campaign has ended. Before that what is under way counts as lost, which is right: it has no final
 * state. The invoice comes a moment after the end, and without it captured money counts as imbalance; so wait for the
 * invoice number in the campaign's report first.
 *
 * @throws when a database or the sandbox does not answer, or the recorder's answer is cut off
 */
export async function auditCampaign(
  stack: Pick<Stack, 'ports'>,
  campaignId: string,
  env: NodeJS.ProcessEnv = process.env,
): Promise<CampaignAudit> {
  const urls = databaseUrlsOf(env, stack);
  const connections: Connection[] = [];
  const open = async (uri: string) => {
    const connection = await createConnection({ uri, timezone: 'Z' });
    connections.push(connection);
    // Late receipts and other campaigns go on meanwhile: each database is read as it stood at one moment.
    await connection.query('SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ');
    await connection.query('START TRANSACTION WITH CONSISTENT SNAPSHOT');
    return connection;
  };
  try {
    const [notification, user, payment] = [
      await open(urls.notification.rows),
      await open(urls.user.rows),
      await open(urls.payment.rows),
    ];
    const sandboxUrl = `http://127.0.0.1:${stack.ports.sandbox.http}`;
    // What was sent is read last: a message that goes out during the audit is then rather unexplained than lost.
    const ledgers = await readDeliveries({ notification, user }, campaignId);
    const books = await readBooks(payment, campaignId);
    const sent = await readSent(campaignId, recordedMessages(sandboxUrl, campaignId));
    return { ...judge({ ledgers, sent, books }), books, sent };
  } finally {
    await Promise.all(connections.map((connection) => connection.end()));
  }
}
