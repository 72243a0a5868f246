import { DomainError } from '@doffers/errors';

/** A PIN code at its distance, in metres. */
export type Neighbour = { readonly pincode: string; readonly distanceM: number };

export type NearbyOrder = 'distance' | 'ending_soon';

/** Where an offer stands in a list of offers near a PIN code. */
export type NearbyHit = { readonly id: string; readonly pincode: string; readonly endAt: Date };

export const defaultRadiusM = 5_000;

/** Fewer than so many offers near by, and people want to look farther. */
const handful = 5;
const steps = [10_000, 25_000, Number.POSITIVE_INFINITY] as const;

/** The radii to search one after the other, in metres: what was asked for, then wider ones. */
export function radiiFrom(askedM: number): readonly number[] {
  return [askedM, ...steps.filter((radius) => radius > askedM)];
}

/** Whether a search of at most `limit` found enough, so that it is not widened. */
export function isEnough(found: number, limit: number): boolean {
  return found >= Math.min(handful, limit);
}

/** Nearest first; PIN codes at one distance in the order of their numbers, so that pages neither skip nor repeat any. */
export function within(neighbours: readonly Neighbour[], radiusM: number): readonly Neighbour[] {
  return neighbours
    .filter(({ distanceM }) => distanceM <= radiusM)
    .toSorted((a, b) => a.distanceM - b.distanceM || Number(a.pincode) - Number(b.pincode));
}

export function pincodeUnknown(pincode: string, cause: unknown): DomainError {
  const message = `PIN code ${pincode} does not exist: search for it by the name of its area`;
  const fields = [{ field: 'pincode', description: message, reason: 'unknown_pincode' }];
  return new DomainError('invalid_argument', 'PINCODE_UNKNOWN', message, { cause, fields });
}
