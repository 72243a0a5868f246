import { type Database, idToBytes, saveVersion, type Transaction, transaction } from '@doffers/database';
import type { Profile } from '../domain/profile.ts';
import { ProfileEntity } from './profile-entity.ts';

export type ProfileRepository = {
  find(userId: string): Promise<Profile | undefined>;
  /** Stores the profile unless the person has one, and answers the one that is stored. */
  findOrCreate(profile: Profile): Promise<Profile>;
  /**
   * Changes the stored profile, or stores `fresh`, while nobody else can.
   * @param change answers undefined to leave it as it is
   */
  createOrChange(fresh: Profile, change: (stored: Profile) => Profile | undefined): Promise<Profile>;
  /**
   * Stores a change that was prepared on `profile.version` and answers the new version.
   * @throws DomainError `ETAG_MISMATCH` when somebody was faster
   */
  save(profile: Profile): Promise<Profile>;
};

export function createProfileRepository(db: Database): ProfileRepository {
  const profiles = () => db.getRepository(ProfileEntity);
  return {
    find: async (id) => (await profiles().findOneBy({ id })) ?? undefined,
    async findOrCreate(profile) {
      const stored = await profiles().findOneBy({ id: profile.id });
      if (stored !== null) return stored;
      await insertIfAbsent(db.manager, profile);
      return profiles().findOneByOrFail({ id: profile.id });
    },
    createOrChange: (fresh, change) =>
      transaction(db, async (tx) => {
        await insertIfAbsent(tx, fresh);
        const stored = await tx.findOneOrFail(ProfileEntity, {
          where: { id: fresh.id },
          lock: { mode: 'pessimistic_write' },
        });
        const changed = change(stored);
        if (changed === undefined) return stored;
        return saveWithCustomer(tx, changed);
      }),
    save: (profile) => transaction(db, (tx) => saveWithCustomer(tx, profile)),
  };
}

/** Segments find a customer where the profile says that the person lives. */
async function saveWithCustomer(tx: Transaction, profile: Profile): Promise<Profile> {
  const version = await saveVersion(tx.getRepository(ProfileEntity), profile);
  await tx.query('UPDATE customer SET pin = ? WHERE id = ?', [Number(profile.pincode), idToBytes(profile.id)]);
  return { ...profile, version };
}

/** A person's first call may come twice at once, and from two places; the first row stays. */
export async function insertIfAbsent(tx: Transaction, profile: Profile): Promise<void> {
  const { id, name, pincode, city, state, address, createdAt, updatedAt, version } = profile;
  await tx.query(
    `INSERT INTO profile (user_id, name, pincode, city, state, address, created_at, updated_at, version)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON DUPLICATE KEY UPDATE user_id = user_id`,
    [idToBytes(id), name, pincode, city, state, address, createdAt, updatedAt, version],
  );
}
