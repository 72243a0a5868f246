import { type Channel, channels } from './channel.ts';
import { type Gate, gates } from './gate.ts';

/** How many a segment reaches, and how many not. */
export type AudienceCounts = {
  /** Distinct customers reached on at least one channel. */
  readonly customers: number;
  readonly channels: readonly ChannelCounts[];
};

export type ChannelCounts = {
  readonly channel: Channel;
  readonly size: number;
  /** Customers of the segment who are not reached, by reason; only reasons that occur. */
  readonly exclusions: readonly { readonly reason: Gate; readonly count: number }[];
};

/** So many customers of a segment have these gates. */
export type GateGroup = Readonly<Partial<Record<Channel, Gate>>> & { readonly customers: number };

/** Counts each channel and the people behind them, from how often each combination of gates occurs. */
export function countAudience(asked: readonly Channel[], groups: readonly GateGroup[]): AudienceCounts {
  const reached = groups.filter((group) => asked.some((channel) => group[channel] === gates.open));
  return { customers: sum(reached), channels: inOrder(asked).map((channel) => countChannel(channel, groups)) };
}

function countChannel(channel: Channel, groups: readonly GateGroup[]): ChannelCounts {
  const having = (gate: Gate) => sum(groups.filter((group) => group[channel] === gate));
  const reasons = Object.values(gates).filter((gate) => gate !== gates.open);
  return {
    channel,
    size: having(gates.open),
    exclusions: reasons.map((reason) => ({ reason, count: having(reason) })).filter(({ count }) => count > 0),
  };
}

/** Nobody yet. */
export function emptyCounts(asked: readonly Channel[]): AudienceCounts {
  return countAudience(asked, []);
}

/** Counts of two sets of customers that have nobody in common. */
export function addCounts(a: AudienceCounts, b: AudienceCounts): AudienceCounts {
  const channelsOf = (counts: AudienceCounts, channel: Channel) =>
    counts.channels.find((each) => each.channel === channel) ?? { channel, size: 0, exclusions: [] };
  const asked = channels.filter((channel) =>
    [a, b].some((counts) => counts.channels.some((c) => c.channel === channel)),
  );
  return {
    customers: a.customers + b.customers,
    channels: asked.map((channel) => addChannel(channelsOf(a, channel), channelsOf(b, channel))),
  };
}

function addChannel(a: ChannelCounts, b: ChannelCounts): ChannelCounts {
  const together = Map.groupBy([...a.exclusions, ...b.exclusions], ({ reason }) => reason);
  const exclusions = [...together].map(([reason, parts]) => ({
    reason,
    count: parts.reduce((total, { count }) => total + count, 0),
  }));
  return {
    channel: a.channel,
    size: a.size + b.size,
    exclusions: exclusions.toSorted((one, other) => one.reason - other.reason),
  };
}

const inOrder = (asked: readonly Channel[]) => channels.filter((channel) => asked.includes(channel));

const sum = (groups: readonly GateGroup[]) => groups.reduce((total, { customers }) => total + customers, 0);
