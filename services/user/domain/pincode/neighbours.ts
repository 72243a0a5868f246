import { distanceM, type Position } from './position.ts';

export type Neighbour = { readonly pincode: string; readonly distanceM: number };

export type Around = {
  readonly radiusM: number;
  /** At least so many, also from beyond the radius: the nearest few alone are too few in the country, too many in a city. */
  readonly minCount: number;
};

type Point = { readonly pincode: string; readonly position: Position };

export type NeighbourIndex = {
  /** PIN codes around one, nearest first, itself included; undefined for one without a position. */
  around(pincode: string, around: Around): readonly Neighbour[] | undefined;
};

const metresPerDegree = 111_195;

/** Answers near-me questions over all PIN codes of the country from memory, in well under a millisecond. */
export function createNeighbourIndex(unsorted: readonly Point[]): NeighbourIndex {
  const points = unsorted.toSorted((a, b) => a.position.latitude - b.position.latitude);
  const positions = new Map(points.map(({ pincode, position }) => [pincode, position]));

  /** Only a band of latitudes and a span of longitudes can hold neighbours; the rest needs no trigonometry. */
  function within(centre: Position, radiusM: number): Neighbour[] {
    const band = radiusM / metresPerDegree;
    const span = band / Math.max(0.01, Math.cos(((Math.abs(centre.latitude) + band) * Math.PI) / 180));
    const found: Neighbour[] = [];
    for (let at = firstAtOrAbove(points, centre.latitude - band); at < points.length; at++) {
      const point = points[at];
      if (!point || point.position.latitude > centre.latitude + band) break;
      if (Math.abs(point.position.longitude - centre.longitude) > span) continue;
      const distance = distanceM(centre, point.position);
      if (distance <= radiusM) found.push({ pincode: point.pincode, distanceM: Math.round(distance) });
    }
    return found.toSorted((a, b) => a.distanceM - b.distanceM || (a.pincode < b.pincode ? -1 : 1));
  }

  return {
    around(pincode, { radiusM, minCount }) {
      const centre = positions.get(pincode);
      if (!centre) return undefined;
      const inside = within(centre, radiusM);
      const wanted = Math.min(minCount, points.length);
      if (inside.length >= wanted) return inside;
      for (let radius = Math.max(radiusM, 1_000) * 2; ; radius *= 2) {
        const wider = within(centre, radius);
        if (wider.length >= wanted) return wider.slice(0, wanted);
      }
    },
  };
}

function firstAtOrAbove(points: readonly Point[], latitude: number): number {
  let low = 0;
  let high = points.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((points[middle]?.position.latitude ?? 0) < latitude) low = middle + 1;
    else high = middle;
  }
  return low;
}
