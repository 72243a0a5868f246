/** What a person tells about themselves. */
export type ProfileDetails = {
  readonly name: string;
  /** Six digits, or empty. */
  readonly pincode: string;
  readonly address: string;
};

export type Profile = ProfileDetails & {
  /** The person's user id. */
  readonly id: string;
  readonly city: string;
  readonly state: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  /** 0 while nothing is stored, 1 until the person writes something; the etag is made of it. */
  readonly version: number;
};

/** The profile of a person who has told nothing yet. */
export function emptyProfile(id: string, now: Date): Profile {
  return { id, name: '', pincode: '', address: '', city: '', state: '', createdAt: now, updatedAt: now, version: 1 };
}

/** Whether the details of a sign-up may still be filled in: what the person wrote afterwards is never overwritten. */
export function isUntouched(profile: Profile): boolean {
  return profile.version === 1 && profile.name === '';
}
