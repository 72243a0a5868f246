import { emptyProfile, type Profile } from '../domain/profile.ts';
import type { Deps } from './deps.ts';

type ProfileDeps = Pick<Deps, 'profiles' | 'now'>;

/** Reads the caller's own profile; it is made when it is first asked for. */
export async function getMe({ profiles, now }: ProfileDeps, userId: string): Promise<Profile> {
  return profiles.findOrCreate(emptyProfile(userId, now()));
}

/** Reads somebody's profile for another service, which makes nothing: asking about a person must leave no trace. */
export async function getProfile({ profiles, now }: ProfileDeps, userId: string): Promise<Profile> {
  return (await profiles.find(userId)) ?? { ...emptyProfile(userId, now()), version: 0 };
}
