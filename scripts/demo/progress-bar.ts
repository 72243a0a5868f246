import { setTimeout as sleep } from 'node:timers/promises';
import { count } from './amounts.ts';
import type { Json } from './api.ts';

/** Counts of one channel of a campaign, as `/progress` answers them. */
export type Funnel = {
  readonly channel: string;
  readonly size: number;
  readonly pending: number;
  readonly accepted: number;
  readonly delivered: number;
  readonly read: number;
  readonly failed: number;
  readonly suppressed: number;
  readonly unknown: number;
  readonly reasons: readonly { readonly reason: string; readonly explanation: string; readonly count: number }[];
};

export type Progress = { readonly state: string; readonly funnels: readonly Funnel[] };

/** Where the bar is drawn: a terminal redraws its line, anything else gets a new line now and then. */
export type Display = { readonly isTerminal: boolean; readonly write: (text: string) => void };

const width = 30;
const everyMs = 250;
const patienceMs = 120_000;
/** Without a terminal a line is written each time the bar has moved so far. */
const stepPercent = 20;

/**
 * Reads the progress until `isOver`, and draws how many messages have reached their providers.
 * @throws when nothing moves for two minutes: then something is wrong, and waiting on would hide it
 */
export async function watchProgress(
  read: () => Promise<Progress>,
  isOver: (progress: Progress) => boolean,
  { isTerminal, write }: Display,
): Promise<Progress> {
  let [drawn, last, movedAt] = [-stepPercent, '', Date.now()];
  for (;;) {
    const progress = await unlessFailing(read);
    if (Date.now() - movedAt > patienceMs) throw new Error(`the campaign has not moved for two minutes: ${last}`);
    if (progress === undefined) continue;
    const over = isOver(progress);
    const text = JSON.stringify(progress);
    if (text !== last) movedAt = Date.now();
    last = text;
    const percent = percentHandled(progress);
    if (isTerminal) write(`\r\u001B[K${bar(progress)}${over ? '\n' : ''}`);
    else if (percent >= drawn + stepPercent || (over && percent !== drawn)) {
      write(`${bar(progress)}\n`);
      drawn = percent;
    }
    if (over) return progress;
    await sleep(everyMs);
  }
}

/** One answer that does not come in time says nothing about the campaign. */
async function unlessFailing(read: () => Promise<Progress>): Promise<Progress | undefined> {
  try {
    return await read();
  } catch {
    await sleep(everyMs);
    return undefined;
  }
}

function bar(progress: Progress): string {
  const percent = percentHandled(progress);
  const full = Math.floor((width * percent) / 100);
  const channels = progress.funnels
    .map(({ channel, size, pending }) => `${channelNames[channel] ?? channel} ${count(size - pending)}/${count(size)}`)
    .join(' · ');
  return `  ${'█'.repeat(full)}${'░'.repeat(width - full)} ${String(percent).padStart(3)} %  ${channels}`;
}

export const channelNames: Readonly<Record<string, string>> = {
  WHATSAPP: 'WhatsApp',
  PUSH: 'Push',
  IN_APP: 'In-app',
};

/** How many messages have been handled, of all that were planned. */
function percentHandled({ funnels }: Progress): number {
  const all = funnels.reduce((sum, { size }) => sum + size, 0);
  const open = funnels.reduce((sum, { pending }) => sum + pending, 0);
  return all === 0 ? 100 : Math.floor((100 * (all - open)) / all);
}

export function progressOf(body: Json): Progress {
  const channels = (body.channels ?? []) as Json[];
  return { state: String(body.state), funnels: channels.map(funnelOf) };
}

function funnelOf(body: Json): Funnel {
  const number = (name: string) => Number(body[name] ?? 0);
  const reasons = (body.reasons ?? []) as Json[];
  return {
    channel: String(body.channel),
    size: number('size'),
    pending: number('pending'),
    accepted: number('accepted'),
    delivered: number('delivered'),
    read: number('read'),
    failed: number('failed'),
    suppressed: number('suppressed'),
    unknown: number('unknown'),
    reasons: reasons.map(({ reason, explanation = '', count: many }) => ({
      reason: String(reason),
      explanation: String(explanation),
      count: Number(many),
    })),
  };
}
