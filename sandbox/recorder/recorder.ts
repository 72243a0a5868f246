import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { createJournal, type Journal } from './journal.ts';

/** A message that a provider has accepted: from here on it counts as sent, whatever the sender got to know. */
export type AcceptedMessage = {
  readonly atMs: number;
  readonly channel: 'whatsapp' | 'push' | 'sms';
  /** The id that the platform gave it: callback data, collapse id or reference. Empty when it gave none. */
  readonly delivery: string;
  /** A phone in E.164 digits or a device token. Kept in the file, hashed in every answer. */
  readonly to: string;
  readonly providerId: string;
  /** Phone number id, FCM project or SMS header. */
  readonly sender: string;
  /** WhatsApp: the category of the template, which decides its price and whether a second copy is a fault. */
  readonly category?: string;
};

/** A call to a provider that is not a message: what "paid once" and "asked once" are proven with. */
export type RecordedCall = {
  readonly atMs: number;
  readonly provider: string;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  /** The key by which the provider, or an audit, recognises a repeated call. */
  readonly key?: string | undefined;
  readonly detail?: object;
};

export type MessageFilter = {
  readonly campaign?: string | undefined;
  readonly channel?: string | undefined;
  readonly sinceMs?: number | undefined;
};

export type Recorder = {
  /** When the previous process wrote last, or now for a new file. */
  readonly openedAtLastWriteMs: number;
  accept(message: AcceptedMessage, onRecorded: () => void): void;
  call(call: RecordedCall): void;
  messages(filter: MessageFilter): AsyncIterable<AcceptedMessage>;
  calls(filter: { provider?: string | undefined; sinceMs?: number | undefined }): AsyncIterable<RecordedCall>;
  reset(): void;
  close(): void;
};

export function createRecorder(directory: string): Recorder {
  const openedAtLastWriteMs = lastWriteMs(join(directory, 'messages.ndjson'));
  const messages = createJournal(join(directory, 'messages.ndjson'));
  const calls = createJournal(join(directory, 'calls.ndjson'));
  return {
    openedAtLastWriteMs,
    // `atMs` goes first: readers compare it without parsing the line.
    accept: ({ atMs, ...message }, onRecorded) => messages.append(JSON.stringify({ atMs, ...message }), onRecorded),
    call: (call) => calls.append(JSON.stringify(call)),
    messages: (filter) => readMessages(messages, filter),
    calls: (filter) => readCalls(calls, filter),
    reset() {
      messages.reset();
      calls.reset();
    },
    close() {
      messages.close();
      calls.close();
    },
  };
}

/** Deliveries are named `<campaign>.<channel letter>.<number>`; anything else belongs to no campaign. */
export function campaignOf(delivery: string): string | undefined {
  const dot = delivery.indexOf('.');
  return dot > 0 ? delivery.slice(0, dot) : undefined;
}

/** What an audit compares recipients by, without seeing them. */
export function recipientHash(to: string): string {
  return createHash('sha256').update(to).digest('hex').slice(0, 24);
}

async function* readMessages(journal: Journal, filter: MessageFilter): AsyncIterable<AcceptedMessage> {
  for await (const line of journal.lines()) {
    // Most lines of a long file belong to other campaigns: looking is far cheaper than parsing.
    if (filter.campaign && !line.includes(filter.campaign)) continue;
    if (filter.sinceMs !== undefined && Number(line.slice(timeStart, timeStart + 13)) < filter.sinceMs) continue;
    const message = JSON.parse(line) as AcceptedMessage;
    if (filter.campaign && campaignOf(message.delivery) !== filter.campaign) continue;
    if (filter.channel && message.channel !== filter.channel) continue;
    yield message;
  }
}

const timeStart = '{"atMs":'.length;

function lastWriteMs(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
}

async function* readCalls(
  journal: Journal,
  filter: { provider?: string | undefined; sinceMs?: number | undefined },
): AsyncIterable<RecordedCall> {
  for await (const line of journal.lines()) {
    const call = JSON.parse(line) as RecordedCall;
    if (filter.provider && call.provider !== filter.provider) continue;
    if (filter.sinceMs !== undefined && call.atMs < filter.sinceMs) continue;
    yield call;
  }
}
