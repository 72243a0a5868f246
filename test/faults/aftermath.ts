import { type RecordedMessage, recordedMessages } from '../../scripts/audit/sent.ts';
import type { Stack } from '../../scripts/stack/stack.ts';
import { type Databases, idBytes } from './ask-database.ts';
import type { Kill } from './crash-campaign.ts';

/** What one kill cost: counted from it to the next one. */
export type Aftermath = {
  /** The longest time that providers heard nothing, while there was something to send. */
  readonly silenceMs: number;
  /** WhatsApp deliveries of which nobody will know whether they went out. */
  readonly unknown: number;
  /** Push deliveries that were sent again under the same id. */
  readonly sentAgain: number;
};

const [whatsapp, unknown] = [1, 15];

type Evidence = { readonly databases: Databases; readonly campaignId: string; readonly kills: readonly Kill[] };

/** Attributes silence, unknown and repeated messages to the kills before them. */
export async function aftermathOf(
  stack: Stack,
  { databases, campaignId, kills }: Evidence,
): Promise<readonly Aftermath[]> {
  const messages: RecordedMessage[] = [];
  const sandboxUrl = `http://127.0.0.1:${stack.ports.sandbox.http}`;
  for await (const message of recordedMessages(sandboxUrl, campaignId)) messages.push(message);
  // Nothing changes one that stays unknown, so its time is that of the take-over.
  const lost = await databases.ask<{ at_ms: string }>(
    `SELECT UNIX_TIMESTAMP(changed_at) * 1000 AS at_ms FROM notification_db.delivery
      WHERE campaign_id = ? AND channel = ${whatsapp} AND status_rank = ${unknown}`,
    [idBytes(campaignId)],
  );
  const again = repeated(messages);
  return kills.map(({ atMs }, index) => {
    const until = kills[index + 1]?.atMs ?? Number.POSITIVE_INFINITY;
    const isHere = (at: number) => at >= atMs && at < until;
    return {
      silenceMs: longestSilence(messages, atMs, until),
      unknown: lost.filter(({ at_ms: at }) => isHere(Number(at))).length,
      sentAgain: new Set(again.filter((message) => isHere(message.atMs)).map(({ delivery }) => delivery)).size,
    };
  });
}

/** Messages that a device had already. */
function repeated(messages: readonly RecordedMessage[]): RecordedMessage[] {
  const seen = new Set<string>();
  return messages.filter(({ delivery, recipientHash }) => {
    const key = `${delivery} ${recipientHash}`;
    if (seen.has(key)) return true;
    seen.add(key);
    return false;
  });
}

function longestSilence(messages: readonly RecordedMessage[], fromMs: number, untilMs: number): number {
  let [longest, last] = [0, fromMs];
  for (const { atMs } of messages) {
    if (atMs <= fromMs) continue;
    if (last < untilMs) longest = Math.max(longest, atMs - last);
    last = atMs;
  }
  return longest;
}
