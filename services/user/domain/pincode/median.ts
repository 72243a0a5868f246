import type { Position } from './position.ts';

export type Weighted = { readonly position: Position; readonly weight: number };

/** The value that half of the weight lies below; of two middle values the lower one, so that it is always a real one. */
function weightedMedian(values: readonly { readonly value: number; readonly weight: number }[]): number {
  const sorted = values.toSorted((a, b) => a.value - b.value);
  const half = sorted.reduce((sum, { weight }) => sum + weight, 0) / 2;
  let below = 0;
  for (const { value, weight } of sorted) {
    below += weight;
    if (below >= half) return value;
  }
  throw new RangeError('the median of nothing');
}

export function median(values: readonly number[]): number {
  return weightedMedian(values.map((value) => ({ value, weight: 1 })));
}

/** Median latitude and median longitude: unlike a mean, a few points at the other end of the country do not move it. */
export function medianPosition(points: readonly Weighted[]): Position {
  return {
    latitude: weightedMedian(points.map(({ position, weight }) => ({ value: position.latitude, weight }))),
    longitude: weightedMedian(points.map(({ position, weight }) => ({ value: position.longitude, weight }))),
  };
}
