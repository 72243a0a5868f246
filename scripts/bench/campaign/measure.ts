import { setTimeout as sleep } from 'node:timers/promises';
import { auditCampaign } from '../../audit/audit-campaign.ts';
import type { Addresses } from '../../demo/people.ts';
import type { Progress } from '../../demo/progress-bar.ts';
import type { Shop } from '../../demo/shop.ts';
import { type Prepared, prepareCampaign, waitUntil } from './campaigns.ts';
import {
  acceptanceTimes,
  busiestSecond,
  cpuSeconds,
  historyEvents,
  inboxTimes,
  meanWhileBacklogged,
  written,
} from './measures.ts';
import type { Scenario } from './scenarios.ts';
import type { BenchStack } from './stack.ts';

export type World = {
  readonly bench: BenchStack;
  readonly addresses: Addresses;
  readonly shop: Shop;
  readonly recipients: number;
};

/** What one campaign cost, and how fast it went. */
export type Measured = {
  readonly scenario: string;
  readonly recipients: number;
  readonly quoteMs: number;
  /** From the launch request to its answer, to the first and to the last message. */
  readonly launchMs: number;
  readonly firstMs: number;
  readonly lastMs: number;
  readonly recipientsPerSecond: number;
  /** Of the messages that a provider took; empty for in-app. */
  readonly pace?: { readonly allowed: number; readonly meanPerSecond: number; readonly busiestSecond: number };
  /** Processor seconds for 100,000 recipients by process, until everything was sent. */
  readonly cpu: Readonly<Record<string, number>>;
  /** The same over all processes but the sandbox, and with receipts and settlement. */
  readonly cpuSent: number;
  readonly cpuSettled: number;
  readonly eventsPer1000: number;
  readonly tableBytesPer1000: number;
  readonly binlogBytesPer1000: number;
  readonly lost: number;
  readonly duplicates: number;
  readonly problems: readonly string[];
};

export type Controlled = {
  readonly scenario: string;
  readonly recipients: number;
  /** Of the pause and of the cancel: request to answer, request to the last message, what was promised and what came. */
  readonly pause: Stop;
  readonly cancel: Stop;
  readonly problems: readonly string[];
};

type Stop = {
  readonly answerMs: number;
  readonly lastMessageMs: number;
  readonly openMessages: number;
  readonly messagesAfterAnswer: number;
};

/** Sets the outside world and the sender for a scenario. */
export async function arrange({ bench, addresses }: World, { ratePerSecond, latencyMs }: Scenario): Promise<void> {
  await bench.senderRate(ratePerSecond);
  const settings = {
    latencyMs: { fcm: latencyMs, whatsapp: latencyMs },
    // Refuses nothing, whatever the sender is allowed: only so a second above its rate would show.
    whatsapp: { ratePerSecond: { default: 0 } },
    fcm: { ratePerMinute: 0 },
  };
  const body = JSON.stringify(settings);
  const answer = await fetch(`${addresses.sandboxUrl}/settings`, { method: 'PATCH', body });
  if (!answer.ok) throw new Error(`the sandbox answered ${answer.status}: ${await answer.text()}`);
}

export async function measure(world: World, scenario: Scenario, name = scenario.name): Promise<Measured> {
  const { bench } = world;
  const { stack } = bench;
  const campaign = await prepare(world, scenario, name);
  const { campaignId, recipients, quoteMs } = campaign;
  const pids = bench.pids();
  const [cpuBefore, bytesBefore] = [cpuSeconds(pids), await written(stack)];
  const launchedAt = Date.now();
  await campaign.launch();
  const launchMs = Date.now() - launchedAt;
  await waitUntil(campaign, isSent);
  const cpuSent = spent(cpuBefore, cpuSeconds(pids), recipients);
  await waitUntil(campaign, isEnded);
  const cpuSettled = spent(cpuBefore, cpuSeconds(pids), recipients);
  const bytes = await written(stack);
  const times = await acceptanceTimes(stack, campaignId);
  const [first, last] =
    scenario.channel === 'IN_APP'
      ? await inboxTimes(stack, campaignId)
      : [times[0] ?? Number.NaN, times.at(-1) ?? Number.NaN];
  const { lost, duplicates, problems } = await auditCampaign(stack, campaignId);
  const per1000 = (amount: number) => (1_000 * amount) / recipients;
  return {
    scenario: name,
    recipients,
    quoteMs,
    launchMs,
    firstMs: first - launchedAt,
    lastMs: last - launchedAt,
    recipientsPerSecond: (1_000 * recipients) / (last - launchedAt),
    ...(times.length > 0 && {
      pace: {
        allowed: scenario.ratePerSecond,
        meanPerSecond: meanWhileBacklogged(times, scenario.ratePerSecond),
        busiestSecond: busiestSecond(times),
      },
    }),
    cpu: cpuSent,
    cpuSent: ours(cpuSent),
    cpuSettled: ours(cpuSettled),
    eventsPer1000: per1000(await historyEvents(stack, campaignId)),
    tableBytesPer1000: per1000(bytes.tables - bytesBefore.tables),
    binlogBytesPer1000: per1000(bytes.binlog - bytesBefore.binlog),
    lost,
    duplicates,
    problems,
  };
}

/** Pauses a campaign in its middle, lets it go on, and cancels it. */
export async function measureControl(world: World, scenario: Scenario): Promise<Controlled> {
  const { stack } = world.bench;
  const campaign = await prepare(world, scenario, scenario.name);
  await campaign.launch();
  await waitUntil(campaign, (progress) => isEnded(progress) || handled(progress) > 0);
  const paused = await stop(campaign, 'pause');
  await sleep(2_000);
  const pauseTimes = await acceptanceTimes(stack, campaign.campaignId);
  await campaign.control('resume');
  await sleep(1_000);
  const cancelled = await stop(campaign, 'cancel');
  await waitUntil(campaign, isEnded);
  const cancelTimes = await acceptanceTimes(stack, campaign.campaignId);
  const { problems } = await auditCampaign(stack, campaign.campaignId);
  return {
    scenario: scenario.name,
    recipients: campaign.recipients,
    pause: stopped(paused, pauseTimes),
    cancel: stopped(cancelled, cancelTimes),
    problems,
  };
}

async function stop(campaign: Prepared, verb: 'pause' | 'cancel') {
  const askedAt = Date.now();
  const { openMessages } = await campaign.control(verb);
  return { askedAt, answeredAt: Date.now(), openMessages };
}

type Asked = Awaited<ReturnType<typeof stop>>;

function stopped({ askedAt, answeredAt, openMessages }: Asked, times: readonly number[]): Stop {
  return {
    answerMs: answeredAt - askedAt,
    lastMessageMs: Math.max(0, (times.at(-1) ?? askedAt) - askedAt),
    openMessages,
    messagesAfterAnswer: times.filter((at) => at > answeredAt).length,
  };
}

function prepare({ addresses, shop, recipients }: World, scenario: Scenario, name: string): Promise<Prepared> {
  const asked = scenario.recipients(recipients);
  return prepareCampaign(addresses, shop, { name, channel: scenario.channel, recipients: asked });
}

const ended = ['COMPLETED', 'CANCELLED', 'FAILED'];
const isEnded = ({ state }: Progress) => ended.includes(state);
const isSent = (progress: Progress) => progress.state === 'SETTLING' || isEnded(progress);
const handled = ({ funnels }: Progress) => funnels.reduce((all, { size, pending }) => all + size - pending, 0);

/** Processor seconds by process for 100,000 recipients; what ended or began in between is left out. */
function spent(before: Map<string, number>, after: Map<string, number>, recipients: number): Record<string, number> {
  const entries = [...after].map(([name, seconds]) => [name, seconds - (before.get(name) ?? Number.NaN)] as const);
  return Object.fromEntries(
    entries.flatMap(([name, seconds]) =>
      Number.isFinite(seconds) ? [[name, (100_000 * seconds) / recipients] as const] : [],
    ),
  );
}

const ours = (cpu: Readonly<Record<string, number>>) =>
  Object.entries(cpu).reduce((all, [name, seconds]) => (name === 'sandbox' ? all : all + seconds), 0);
