import { DomainError } from '@doffers/errors';
import type { Channel } from './channel.ts';

/** Members of one channel, cut into groups: a group is what one claim takes and what one crash can cost. */
export type Grid = { readonly size: number; readonly groupSize: number };

/** Members from `from` up to but not including `to`. */
export type Range = { readonly from: number; readonly to: number };

/** Half a second of the sender at most, so that a pause or a crash never holds more than that. */
export function groupSizeOf(channel: Channel, ratePerSecond: number): number {
  switch (channel) {
    case 'whatsapp':
      return Math.max(1, Math.min(32, Math.floor(ratePerSecond / 2)));
    case 'push':
      return 100;
    case 'in_app':
      return 500;
  }
}

/** Members of one call at most, so that an unlimited sender still shares a campaign among its lanes. */
const largestChunk = 2_016;

/** About five seconds of work for one call, and how many calls side by side keep the channel busy. */
export function walkOf(channel: Channel, ratePerSecond: number): { chunkSize: number; lanes: number } {
  switch (channel) {
    case 'whatsapp': {
      const groupSize = groupSizeOf(channel, ratePerSecond);
      const lanes = lanesOf(ratePerSecond);
      const members = Math.min(largestChunk, (ratePerSecond * 5) / lanes);
      return { chunkSize: Math.max(1, Math.floor(members / groupSize)) * groupSize, lanes };
    }
    case 'push':
      return { chunkSize: 2_000, lanes: 4 };
    case 'in_app':
      return { chunkSize: 5_000, lanes: 4 };
  }
}

/**
 * Groups of all lanes together are a quarter of a second of a fast sender: while one lane closes its group and claims the
 * next, the slots of the others are still being used. At least three: a lane that waits for another slot, because a message
 * missed its own, leaves two that take turns.
 */
function lanesOf(ratePerSecond: number): number {
  return Math.min(8, Math.max(3, Math.floor(ratePerSecond / 125)));
}

/** Members read at once at most. */
export function pageSizeOf(channel: Channel, groupSize: number, ratePerSecond = 0): number {
  const wanted = {
    whatsapp: Math.min(500, ratePerSecond / lanesOf(ratePerSecond) / 2),
    push: 500,
    in_app: 1_000,
  }[channel];
  return Math.max(1, Math.floor(wanted / groupSize)) * groupSize;
}

/**
 * Checks that a range lies on the grid: only then can two calls never claim overlapping groups.
 *
 * @throws DomainError `OFF_GRID`
 */
export function rangeOnGrid({ size, groupSize }: Grid, { from, to }: Range): Range {
  const end = Math.min(to, size);
  if (from % groupSize !== 0 || (end !== size && end % groupSize !== 0) || from > end) {
    const message = `ranges start and end at multiples of ${groupSize}`;
    throw new DomainError('invalid_argument', 'OFF_GRID', message, { info: { groupSize: String(groupSize) } });
  }
  return { from, to: end };
}

/** The groups of a range, each as its own range. */
export function* groupsIn({ size, groupSize }: Grid, { from, to }: Range): Generator<Range> {
  for (let first = from; first < to; first += groupSize) yield groupAt({ size, groupSize }, first);
}

/** The group that a member is in. */
export function groupAt({ size, groupSize }: Grid, seq: number): Range {
  const from = seq - (seq % groupSize);
  return { from, to: Math.min(from + groupSize, size) };
}
