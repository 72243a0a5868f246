import { median, medianPosition, type Weighted } from './median.ts';
import { distanceM, type Position } from './position.ts';

/** Where the offices of one PIN code lie. */
export type Centre = {
  readonly position: Position;
  /** Median distance of the offices used from the centre. */
  readonly spreadM: number;
  readonly used: number;
  readonly dropped: number;
};

/** Offices this near are never outliers: many carry the same copied point, which makes the deviation 0. */
const outlierFloorM = 1_000;
const outlierDeviations = 3;

/** The robust middle of some offices: median, without those farther than three median deviations, median again. */
export function centreOf(offices: readonly Weighted[]): Centre | undefined {
  if (offices.length === 0) return undefined;
  const first = medianPosition(offices);
  const deviation = median(offices.map(({ position }) => distanceM(first, position)));
  const limit = Math.max(outlierFloorM, outlierDeviations * deviation);
  const near = offices.filter(({ position }) => distanceM(first, position) <= limit);
  // Median latitude and median longitude may come from different offices, with none of them near.
  const kept = near.length > 0 ? near : offices;
  const position = medianPosition(kept);
  return {
    position,
    spreadM: Math.round(median(kept.map((office) => distanceM(position, office.position)))),
    used: kept.length,
    dropped: offices.length - kept.length,
  };
}
