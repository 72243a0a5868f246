import { istDay } from '@doffers/calendar';
import type { AudienceCounts } from '../domain/audience/counts.ts';
import { canonical, type SegmentOnChannels } from '../domain/audience/segment.ts';
import type { AudienceDeps } from './audience-deps.ts';
import { hashOf } from './freeze-audience.ts';
import { selectionOf } from './segment-pins.ts';

/**
 * Counts who a segment would reach now, by the rules of the freeze. The answer may be some seconds old.
 *
 * @throws DomainError `SEGMENT_EMPTY`, `PINCODE_UNKNOWN` or `CITY_UNKNOWN`
 */
export async function estimateAudience(
  { audiences, directory, estimates, now }: Pick<AudienceDeps, 'audiences' | 'directory' | 'estimates' | 'now'>,
  asked: SegmentOnChannels,
): Promise<AudienceCounts> {
  const { segment, channels } = canonical(asked);
  const selection = await selectionOf({ directory }, segment);
  const today = istDay(now());
  const key = `${today}:${hashOf({ segment, channels }).toString('base64url')}`;
  return estimates(key, () => audiences.count(selection, channels, today));
}
