import { median, medianPosition } from './median.ts';
import { distanceM, type Position } from './position.ts';

/** The robust middle of a region's PIN codes, and how far one of them may lie from it. */
export type Region = { readonly middle: Position; readonly reachM: number };

type Placed = {
  readonly pincode: string;
  readonly district: string;
  readonly state: string;
  readonly position: Position;
};

/** No district is so small that a point this near is suspicious; large ones are measured by their own spread. */
const reachFloorM = 60_000;
const reachDeviations = 3;

/** Two views of where a PIN code belongs: the district it is in, and the sorting district its first digits name. */
export function regionsOf(pincodes: readonly Placed[]) {
  const districts = regionsBy(pincodes, districtKey);
  const sortingDistricts = regionsBy(pincodes, ({ pincode }) => pincode.slice(0, 3));
  return {
    district: (of: Pick<Placed, 'district' | 'state'>) => districts.get(districtKey(of)),
    sorting: (pincode: string) => sortingDistricts.get(pincode.slice(0, 3)),
  };
}

export function withinReach({ middle, reachM }: Region, position: Position): boolean {
  return distanceM(middle, position) <= reachM;
}

function districtKey({ district, state }: Pick<Placed, 'district' | 'state'>): string {
  return `${district}|${state}`;
}

function regionsBy(pincodes: readonly Placed[], keyOf: (pincode: Placed) => string): Map<string, Region> {
  const groups = Map.groupBy(pincodes, keyOf);
  return new Map([...groups].map(([key, group]) => [key, regionOf(group.map(({ position }) => position))]));
}

function regionOf(positions: readonly Position[]): Region {
  const middle = medianPosition(positions.map((position) => ({ position, weight: 1 })));
  const deviation = median(positions.map((position) => distanceM(middle, position)));
  return { middle, reachM: Math.max(reachFloorM, reachDeviations * deviation) };
}
