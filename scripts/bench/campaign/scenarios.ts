import type { ChannelName } from './campaigns.ts';

/** One measurement. */
export type Scenario = {
  readonly name: string;
  readonly channel: ChannelName;
  /** Of the recipients that were asked for; a paced sender would take too long for all of them. */
  readonly recipients: (asked: number) => number;
  /** What our WhatsApp number is allowed; `unlimited` when it never waits. */
  readonly ratePerSecond: number;
  readonly latencyMs: number;
  /** Whether it is paused and cancelled in the middle instead of sent to its end. */
  readonly control: boolean;
};

/** So high that it never waits: the pacing works as always. */
const unlimited = 100_000;
/** How long a paced sender is kept busy. */
const pacedSeconds = 30;

const scenario = (name: string, channel: ChannelName, changes: Partial<Scenario> = {}): Scenario => ({
  name,
  channel,
  recipients: (asked) => asked,
  ratePerSecond: unlimited,
  latencyMs: 0,
  control: false,
  ...changes,
});

const paced = (ratePerSecond: number): Partial<Scenario> => ({
  ratePerSecond,
  recipients: (asked) => Math.min(asked, ratePerSecond * pacedSeconds),
});

/** Ordered by the sender's rate, since each change of it restarts notification and makes it cold. */
export const scenarios: readonly Scenario[] = [
  scenario('in-app', 'IN_APP'),
  scenario('push', 'PUSH'),
  scenario('push-50ms', 'PUSH', { latencyMs: 50 }),
  scenario('whatsapp', 'WHATSAPP'),
  scenario('control-push', 'PUSH', { control: true, recipients: (asked) => Math.min(asked, 50_000) }),
  scenario('whatsapp-1000', 'WHATSAPP', paced(1_000)),
  scenario('control-whatsapp', 'WHATSAPP', { ...paced(1_000), control: true }),
  scenario('whatsapp-80', 'WHATSAPP', paced(80)),
];

/** Sent before anything counts, so that just-in-time compilers, pools and connections have settled. */
export const warmUps: readonly Scenario[] = (['IN_APP', 'PUSH', 'WHATSAPP'] as const).map((channel) =>
  scenario(`warm-up ${channel}`, channel, { recipients: (asked) => Math.min(asked, 20_000) }),
);

/** Synthetic customers among whom there are so many recipients on the channels that are measured. */
export function customersFor(asked: number, chosen: readonly Scenario[]): number {
  const reachable: Readonly<Record<ChannelName, number>> = { IN_APP: 0.88, WHATSAPP: 0.57, PUSH: 0.4 };
  const needed = chosen.map(({ channel, recipients }) => recipients(asked) / reachable[channel]);
  return Math.ceil(Math.max(...needed, 1_000));
}
