import { DomainError } from '@doffers/errors';
import { assertNamesPlaces, type Segment, type Selection } from '../domain/audience/segment.ts';
import { pincodeUnknown } from '../domain/place.ts';
import type { PincodeDirectory } from '../repositories/pincode-directory.ts';

type Deps = { readonly directory: Pick<PincodeDirectory, 'find' | 'neighbours' | 'pincodesOfCity'> };

/**
 * The PIN codes that a segment's places stand for: near each named PIN code what lies within the radius, by the same
 * index that answers near-me questions, and all of each named city.
 *
 * @throws DomainError `SEGMENT_EMPTY`, `PINCODE_UNKNOWN` or `CITY_UNKNOWN`
 */
export async function selectionOf({ directory }: Deps, segment: Segment): Promise<Selection> {
  assertNamesPlaces(segment);
  const index = await directory.neighbours();
  const near = segment.pincodes.map(async (pincode, at) => {
    const around = index.around(pincode, { radiusM: segment.radiusKm * 1_000, minCount: 1 });
    if (around !== undefined && segment.radiusKm > 0) return around.map((neighbour) => neighbour.pincode);
    // Without a position it is its own only neighbour; a radius of 0 means the PIN code alone, not all at its point.
    if (around === undefined && (await directory.find(pincode)) === undefined) {
      throw pincodeUnknown(pincode, `segment.pincodes[${at}]`);
    }
    return [pincode];
  });
  const inCities = segment.cities.map(async (city, at) => {
    const pincodes = await directory.pincodesOfCity(city);
    if (pincodes.length === 0) throw cityUnknown(city, `segment.cities[${at}]`);
    return pincodes;
  });
  const found = (await Promise.all([...near, ...inCities])).flat();
  const pins = [...new Set(found.map(Number))].toSorted((a, b) => a - b);
  return { pins, activeWithinDays: segment.activeWithinDays };
}

function cityUnknown(city: string, field: string): DomainError {
  const message = `no PIN code lies in "${city}": write the district as the PIN directory does`;
  return new DomainError('invalid_argument', 'CITY_UNKNOWN', message, {
    fields: [{ field, description: message, reason: 'unknown_city' }],
  });
}
