import { DomainError } from '@doffers/errors';
import type { Pincode } from '../domain/pincode/directory.ts';
import type { Neighbour } from '../domain/pincode/neighbours.ts';
import type { PincodeDirectory } from '../repositories/pincode-directory.ts';

type Deps = { readonly directory: PincodeDirectory };

const defaultRadiusM = 5_000;
const mostFound = 20;

/** @throws DomainError `PINCODE_UNKNOWN` */
export async function getPincode({ directory }: Deps, pincode: string): Promise<Pincode> {
  const found = await directory.find(pincode);
  if (found === undefined) throw unknown(pincode);
  return found;
}

/** Finds PIN codes by the beginning of the code, or of the name of an area or district. */
export async function searchPincodes({ directory }: Deps, text: string): Promise<readonly Pincode[]> {
  return directory.search(text.trim(), mostFound);
}

/**
 * Lists the PIN codes around one, nearest first. A PIN code without a position is its own only neighbour.
 *
 * @param around `radiusM` 0 means 5 km
 * @throws DomainError `PINCODE_UNKNOWN`
 */
export async function listNearbyPincodes(
  { directory }: Deps,
  pincode: string,
  { radiusM, minCount }: { readonly radiusM: number; readonly minCount: number },
): Promise<readonly Neighbour[]> {
  const index = await directory.neighbours();
  const found = index.around(pincode, { radiusM: radiusM === 0 ? defaultRadiusM : radiusM, minCount });
  if (found !== undefined) return found;
  await getPincode({ directory }, pincode);
  return [{ pincode, distanceM: 0 }];
}

/** Those of the PIN codes that do not exist, in their order. */
export async function findUnknownPincodes(
  { directory }: Deps,
  pincodes: readonly string[],
): Promise<readonly string[]> {
  const known = await directory.known(pincodes);
  return pincodes.filter((pincode) => !known.has(pincode));
}

function unknown(pincode: string): DomainError {
  const message = `PIN code ${pincode} does not exist: search for it by the name of its area`;
  return new DomainError('not_found', 'PINCODE_UNKNOWN', message);
}
