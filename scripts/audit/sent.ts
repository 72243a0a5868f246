import { type Channel, parseDelivery } from './channel.ts';

/** One line of the sandbox's recorder: a message that a provider accepted, whatever the platform got to know. */
export type RecordedMessage = {
  readonly atMs: number;
  readonly channel: string;
  readonly delivery: string;
  readonly recipientHash: string;
};

/** What left the platform for one campaign, as the outside world saw it. */
export type Sent = {
  /** Messages by channel. */
  readonly messages: Readonly<Record<'whatsapp' | 'push', number>>;
  /** Whether the delivery with this number was accepted at least once. */
  has(channel: Channel, seq: number): boolean;
  /** Numbers of the deliveries that were accepted. */
  numbers(channel: Channel): Iterable<number>;
  /** WhatsApp messages to the same phone beyond the first. */
  readonly whatsappCopies: number;
  /** Push ids of the campaign on the same device beyond the first: these would show twice. */
  readonly pushCopies: number;
  /** Pushes that came again to the same device under the same id: allowed, a device shows them once. */
  readonly pushRepeats: number;
  /** When the first and the last message came, in ms since 1970; undefined when none did. */
  readonly firstAtMs: number | undefined;
  readonly lastAtMs: number | undefined;
  /** A few deliveries that were copies, to look at. */
  readonly examples: readonly string[];
};

const mostExamples = 5;

/** Adds up the recorder's lines of one campaign; lines of others and test messages do not count. */
export async function readSent(campaignId: string, lines: AsyncIterable<RecordedMessage>): Promise<Sent> {
  const seen: Record<Channel, Set<number>> = { whatsapp: new Set(), push: new Set(), in_app: new Set() };
  const phones = new Set<string>();
  const devices = new Map<string, number>();
  const messages = { whatsapp: 0, push: 0 };
  const examples: string[] = [];
  let [whatsappCopies, pushCopies, pushRepeats] = [0, 0, 0];
  let [firstAtMs, lastAtMs]: (number | undefined)[] = [];
  const copied = (delivery: string) => {
    if (examples.length < mostExamples) examples.push(delivery);
    return 1;
  };
  for await (const { atMs, delivery, recipientHash } of lines) {
    const parsed = parseDelivery(delivery);
    if (parsed?.campaignId !== campaignId || parsed.channel === 'in_app') continue;
    const { channel, seq } = parsed;
    firstAtMs = Math.min(firstAtMs ?? atMs, atMs);
    lastAtMs = Math.max(lastAtMs ?? atMs, atMs);
    messages[channel] += 1;
    seen[channel].add(seq);
    if (channel === 'whatsapp') {
      if (phones.has(recipientHash)) whatsappCopies += copied(delivery);
      phones.add(recipientHash);
      continue;
    }
    const before = devices.get(recipientHash);
    if (before === undefined) devices.set(recipientHash, seq);
    else if (before === seq) pushRepeats += 1;
    else pushCopies += copied(delivery);
  }
  return {
    messages,
    has: (channel, seq) => seen[channel].has(seq),
    numbers: (channel) => seen[channel],
    whatsappCopies,
    pushCopies,
    pushRepeats,
    firstAtMs,
    lastAtMs,
    examples,
  };
}

/** The lines of a campaign as the sandbox answers them, without ever holding all of them. */
export async function* recordedMessages(sandboxUrl: string, campaignId: string): AsyncGenerator<RecordedMessage> {
  const answer = await fetch(`${sandboxUrl}/recorder/messages?campaign=${campaignId}`);
  if (!answer.ok || answer.body === null) throw new Error(`the recorder answered ${answer.status}`);
  let rest = '';
  for await (const chunk of answer.body.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) yield JSON.parse(line) as RecordedMessage;
  }
  // A line that never ended was cut off: an audit of a part would call the rest lost.
  if (rest !== '') throw new Error('the recorder ended in the middle of a line');
}
