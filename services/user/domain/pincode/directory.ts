import { type Area, areasOf, fillDistricts, mostFrequent } from './areas.ts';
import type { Centre } from './centre.ts';
import type { Office } from './office.ts';
import type { Position } from './position.ts';
import { type Region, regionsOf } from './region.ts';
import { centresOf, isLocated, isNear, withoutCopies, withoutStrays } from './usable-offices.ts';

/** How far to trust a centre: `approximate` is the middle of the district, `none` means that there is no centre. */
export type Confidence = 'high' | 'low' | 'approximate' | 'none';

export type Pincode = {
  readonly pincode: string;
  /** Where most of its offices are; a PIN code may reach into others, which its areas name. */
  readonly district: string;
  readonly state: string;
  readonly centre: Position | undefined;
  readonly confidence: Confidence;
  readonly areas: readonly Area[];
};

/** How many offices or PIN codes each cleaning step touched. */
export type DirectoryReport = {
  readonly offices: number;
  readonly pincodes: number;
  readonly districtsFilled: number;
  readonly coordinatesMissing: number;
  readonly coordinatesSwapped: number;
  readonly coordinatesOutsideIndia: number;
  readonly coordinatesCopied: number;
  readonly coordinatesFarFromDistrict: number;
  readonly coordinatesOutlying: number;
  readonly areasMerged: number;
  readonly centres: Readonly<Record<Confidence, number>>;
};

const confidentSpreadM = 8_000;
const confidentOffices = 2;

/**
 * Makes one row per PIN code out of the offices of the official directory, whose coordinates are partly missing,
 * swapped, copied or simply elsewhere. The same offices always give the same directory.
 */
export function buildDirectory(source: readonly Office[]): { pincodes: readonly Pincode[]; report: DirectoryReport } {
  const offices = fillDistricts(source);
  const located = offices.filter(isLocated);
  const measured = withoutCopies(located);
  const plausible = withoutStrays(measured);

  const found = centresOf(plausible);
  const regions = regionsOf(found);
  const centres = new Map(found.map((centre) => [centre.pincode, centre]));
  const pincodes = [...Map.groupBy(offices, ({ pincode }) => pincode)].map(([pincode, group]): Pincode => {
    const home = mostFrequent(group);
    const sorting = regions.sorting(pincode);
    const place = placeOf(centres.get(pincode), sorting, regions.district(home) ?? sorting);
    return { pincode, ...home, ...place, areas: areasOf(group) };
  });

  const readings = (kind: Office['reading']) => offices.filter(({ reading }) => reading === kind).length;
  const graded = (confidence: Confidence) => pincodes.filter((pincode) => pincode.confidence === confidence).length;
  return {
    pincodes: pincodes.toSorted((a, b) => (a.pincode < b.pincode ? -1 : 1)),
    report: {
      offices: offices.length,
      pincodes: pincodes.length,
      districtsFilled: source.filter(({ district }) => district === '').length,
      coordinatesMissing: readings('missing'),
      coordinatesSwapped: readings('swapped'),
      coordinatesOutsideIndia: readings('outside'),
      coordinatesCopied: located.length - measured.length,
      coordinatesFarFromDistrict: measured.length - plausible.length,
      coordinatesOutlying: found.reduce((sum, { dropped }) => sum + dropped, 0),
      areasMerged: offices.length - pincodes.reduce((sum, { areas }) => sum + areas.length, 0),
      centres: {
        high: graded('high'),
        low: graded('low'),
        approximate: graded('approximate'),
        none: graded('none'),
      },
    },
  };
}

/** The centre and what it is worth; without an own one, the middle of the region stands in. */
function placeOf(
  centre: Centre | undefined,
  sorting: Region | undefined,
  standIn: Region | undefined,
): Pick<Pincode, 'centre' | 'confidence'> {
  if (centre) {
    const agree = centre.used >= confidentOffices && centre.spreadM <= confidentSpreadM;
    return { centre: centre.position, confidence: agree && isNear(sorting, centre.position) ? 'high' : 'low' };
  }
  return standIn ? { centre: standIn.middle, confidence: 'approximate' } : { centre: undefined, confidence: 'none' };
}
