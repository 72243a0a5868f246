import { createHash } from 'node:crypto';
import { istDay } from '@doffers/calendar';
import type { AudienceCounts } from '../domain/audience/counts.ts';
import { canonical, type SegmentOnChannels } from '../domain/audience/segment.ts';
import type { AudienceDeps } from './audience-deps.ts';
import { selectionOf } from './segment-pins.ts';

export type FreezeInput = SegmentOnChannels & {
  readonly audienceId: string;
  readonly expiresAt: Date;
};

/** Members that one transaction should write: enough to be fast, few enough for replicas and for a waiting writer. */
const matchedAtOnce = 50_000;
const firstWidth = 50_000;
const widest = 5_000_000;

/**
 * Writes the members of a segment down, range by range of the customers' internal numbers. Each range is a transaction
 * that also stores how far it came, so a repetition after a crash goes on where it stopped and ends in the same rows;
 * one that comes while the first is still at work shares the ranges with it.
 *
 * @param signal ends the work between two ranges when the caller has gone
 * @throws DomainError `SEGMENT_EMPTY`, `PINCODE_UNKNOWN`, `CITY_UNKNOWN`, `IDEMPOTENCY_KEY_REUSED` or `AUDIENCE_EXPIRED`
 */
export async function freezeAudience(
  { audiences, directory, now }: Pick<AudienceDeps, 'audiences' | 'directory' | 'now'>,
  { audienceId, expiresAt, ...asked }: FreezeInput,
  signal?: AbortSignal,
): Promise<AudienceCounts> {
  const { segment, channels } = canonical(asked);
  const createdAt = now();
  await audiences.begin({
    id: audienceId,
    hash: hashOf({ segment, channels }),
    selection: await selectionOf({ directory }, segment),
    channels,
    today: istDay(createdAt),
    createdAt,
    expiresAt,
  });
  for (let width = firstWidth; ; ) {
    signal?.throwIfAborted();
    const { done, counts, matched } = await audiences.freezeNext(audienceId, width);
    if (done) return counts;
    width = nextWidth(width, matched);
  }
}

/** Follows how densely the segment's customers lie among all, at most eightfold at a time since it may change. */
function nextWidth(width: number, matched: number): number {
  const wanted = (width * matchedAtOnce) / Math.max(matched, 1);
  return Math.round(Math.min(Math.max(wanted, width / 8), width * 8, widest));
}

/** The SHA-256 of a segment and its channels in canonical form. */
export function hashOf(asked: SegmentOnChannels): Buffer {
  return createHash('sha256')
    .update(JSON.stringify(canonical(asked)))
    .digest();
}
