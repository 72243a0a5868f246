import { type Centre, centreOf } from './centre.ts';
import type { Weighted } from './median.ts';
import type { Office, OfficeType } from './office.ts';
import type { Position } from './position.ts';
import { type Region, regionsOf, withinReach } from './region.ts';

/** An office whose position could be read. */
export type LocatedOffice = Office & { readonly position: Position };

/** A point that offices of so many PIN codes share was copied, not measured. */
const copiedFromPincodes = 3;

/** A head office stands for its PIN code more than its branches do. */
const weights: Readonly<Record<OfficeType, number>> = { HO: 5, PO: 3, BO: 1 };

export function isLocated(office: Office): office is LocatedOffice {
  return office.position !== undefined;
}

/** The offices whose point is their own. */
export function withoutCopies(offices: readonly LocatedOffice[]): LocatedOffice[] {
  const pincodesAt = new Map<string, Set<string>>();
  for (const { position, pincode } of offices) {
    const key = pointKey(position);
    pincodesAt.set(key, (pincodesAt.get(key) ?? new Set()).add(pincode));
  }
  return offices.filter(({ position }) => (pincodesAt.get(pointKey(position))?.size ?? 0) < copiedFromPincodes);
}

/** The offices near the rest of their district or near the rest of their sorting district. */
export function withoutStrays(offices: readonly LocatedOffice[]): LocatedOffice[] {
  const regions = regionsOf(centresOf(offices));
  return offices.filter(
    (office) =>
      isNear(regions.district(office), office.position) || isNear(regions.sorting(office.pincode), office.position),
  );
}

export function isNear(region: Region | undefined, position: Position): boolean {
  return region !== undefined && withinReach(region, position);
}

/** The centre of each PIN code that has an office to take it from, with the home of its first office. */
export function centresOf(offices: readonly LocatedOffice[]) {
  return [...Map.groupBy(offices, ({ pincode }) => pincode).values()].flatMap((group) => {
    const [first] = group;
    const centre: Centre | undefined = centreOf(group.map(weighted));
    if (!first || !centre) return [];
    const { pincode, district, state } = first;
    return [{ pincode, district, state, ...centre }];
  });
}

function weighted({ position, type }: LocatedOffice): Weighted {
  return { position, weight: weights[type] };
}

/** To about ten metres: copies of one point differ in their last digits. */
function pointKey({ latitude, longitude }: Position): string {
  return `${latitude.toFixed(4)},${longitude.toFixed(4)}`;
}
