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

/** About five seconds of work for one call, and how many calls side by side keep the channel busy. */
export function walkOf(channel: Channel, ratePerSecond: number): { chunkSize: number; lanes: number } {
  switch (channel) {
    case 'whatsapp': {
      const groupSize = groupSizeOf(channel, ratePerSecond);
      const lanes = ratePerSecond >= 200 ? 4 : 2;
      const groups = Math.max(1, Math.floor((ratePerSecond * 5) / lanes / groupSize));
      return { chunkSize: groups * groupSize, lanes };
    }
    case 'push':
      return { chunkSize: 2_000, lanes: 4 };
    case 'in_app':
      return { chunkSize: 5_000, lanes: 4 };
  }
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
