import { emptyProfile, isUntouched, type Profile, type ProfileDetails } from '../domain/profile.ts';
import type { Deps } from './deps.ts';

export type CreateProfileInput = ProfileDetails & {
  readonly userId: string;
  /** As the person named it; empty to take it from the PIN code. */
  readonly city: string;
};

/**
 * Makes the profile of a new account with what was told at sign-up. It may come twice, and after the person has
 * already looked at or written the profile: then what the person wrote stays.
 *
 * A PIN code that the directory does not know (it may have lost one since the sign-up) is kept without city and state
 * rather than refused, since nobody is there any more to correct it.
 */
export async function createProfile(
  { profiles, directory, now }: Pick<Deps, 'profiles' | 'directory' | 'now'>,
  { userId, city, ...details }: CreateProfileInput,
): Promise<Profile> {
  const found = details.pincode === '' ? undefined : await directory.find(details.pincode);
  const place = { city: city || (found?.district ?? ''), state: found?.state ?? '' };
  return profiles.createOrChange(emptyProfile(userId, now()), (stored) =>
    // A version that changes without a word would refuse what the person writes at that moment.
    isUntouched(stored) && [city, ...Object.values(details)].some(Boolean)
      ? { ...stored, ...details, ...place, updatedAt: now() }
      : undefined,
  );
}
