import { DomainError } from '@doffers/errors';
import type { Channel } from './channel.ts';

/** Who is meant: customers near some PIN codes or in some cities, who were active lately. */
export type Segment = {
  readonly pincodes: readonly string[];
  /** Around each PIN code; 0 means these PIN codes only. */
  readonly radiusKm: number;
  readonly cities: readonly string[];
  /** 0 means everybody. */
  readonly activeWithinDays: number;
};

export type SegmentOnChannels = { readonly segment: Segment; readonly channels: readonly Channel[] };

/** A segment with its places resolved: what the customers' table is asked for. */
export type Selection = {
  readonly pins: readonly number[];
  readonly activeWithinDays: number;
};

/** The same people whatever the order in which they were named. */
export function canonical({ segment, channels }: SegmentOnChannels): SegmentOnChannels {
  const { pincodes, radiusKm, cities, activeWithinDays } = segment;
  return {
    segment: { pincodes: pincodes.toSorted(), radiusKm, cities: cities.toSorted(), activeWithinDays },
    channels: [...new Set(channels)].toSorted(),
  };
}

/** @throws DomainError `SEGMENT_EMPTY` */
export function assertNamesPlaces({ pincodes, cities }: Segment): void {
  if (pincodes.length > 0 || cities.length > 0) return;
  throw new DomainError('invalid_argument', 'SEGMENT_EMPTY', 'name at least one PIN code or city to reach', {
    fields: [{ field: 'segment', description: 'names no PIN code and no city', reason: 'empty' }],
  });
}
