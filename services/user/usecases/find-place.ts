import { type Place, pincodeUnknown } from '../domain/place.ts';
import type { Deps } from './deps.ts';

/**
 * City and state of an address, from its PIN code.
 *
 * @param field the request's field that holds the PIN code
 * @throws DomainError `PINCODE_UNKNOWN`
 */
export async function findPlace(
  { directory }: Pick<Deps, 'directory'>,
  pincode: string,
  field: string,
): Promise<Place> {
  const found = await directory.find(pincode);
  if (found === undefined) throw pincodeUnknown(pincode, field);
  return { city: found.district, state: found.state };
}
