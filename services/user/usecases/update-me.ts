import { applyUpdateMask, assertEtag } from '@doffers/resource';
import type { Profile, ProfileDetails } from '../domain/profile.ts';
import type { Deps } from './deps.ts';
import { findPlace } from './find-place.ts';
import { getMe } from './read-profile.ts';

export type UpdateMeInput = {
  readonly etag: string;
  readonly paths: readonly string[];
  readonly patch: ProfileDetails;
  /** Checks the merged details by the rules of the API's fields. */
  readonly validate: (merged: ProfileDetails) => void;
};

const changeable = {
  name: 'name',
  pincode: 'pincode',
  address: 'address',
} as const satisfies Record<string, keyof ProfileDetails>;

/**
 * Changes the named fields of the caller's profile. City and state follow the PIN code.
 *
 * @throws DomainError `UPDATE_MASK_INVALID`, `PINCODE_UNKNOWN` or `ETAG_MISMATCH`
 */
export async function updateMe(
  deps: Pick<Deps, 'profiles' | 'directory' | 'now'>,
  userId: string,
  input: UpdateMeInput,
): Promise<Profile> {
  const profile = await getMe(deps, userId);
  assertEtag(profile.version, input.etag);
  const { name, pincode, address } = profile;
  const merged = applyUpdateMask({ name, pincode, address }, input.patch, input.paths, changeable);
  input.validate(merged);
  const place = merged.pincode === profile.pincode ? {} : await placeOf(deps, merged.pincode);
  return deps.profiles.save({ ...profile, ...merged, ...place, updatedAt: deps.now() });
}

async function placeOf(deps: Pick<Deps, 'directory'>, pincode: string) {
  return pincode === '' ? { city: '', state: '' } : findPlace(deps, pincode, 'pincode');
}
