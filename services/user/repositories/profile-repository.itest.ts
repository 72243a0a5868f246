import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { newId } from '@doffers/database';
import { emptyProfile, type Profile } from '../domain/profile.ts';
import { openTestDatabase } from '../test/database.ts';
import { createProfileRepository, type ProfileRepository } from './profile-repository.ts';

describe('profile repository', () => {
  let close: () => Promise<void>;
  let profiles: ProfileRepository;
  before(async () => {
    const { db, close: drop } = await openTestDatabase();
    close = drop;
    profiles = createProfileRepository(db);
  });
  after(() => close());

  const fresh = () => emptyProfile(newId(), new Date('2026-11-23T06:00:00.123Z'));

  it('makes one row when a person looks from many places at once', async () => {
    const profile = fresh();
    const found = await Promise.all(Array.from({ length: 20 }, () => profiles.findOrCreate(profile)));
    for (const answer of found) assert.deepEqual(answer, profile);
  });

  it('lets each of many parallel changes see the one before', async () => {
    const profile = fresh();
    const append = (stored: Profile) => ({ ...stored, name: `${stored.name}x` });
    await Promise.all(Array.from({ length: 10 }, () => profiles.createOrChange(profile, append)));
    const stored = await profiles.find(profile.id);
    assert.deepEqual([stored?.name, stored?.version], ['x'.repeat(10), 11]);
  });

  it('leaves a row alone when there is nothing to change', async () => {
    const profile = await profiles.createOrChange(fresh(), () => undefined);
    assert.deepEqual(await profiles.find(profile.id), profile);
  });

  it('lets one of two parallel writers win and tells the other', async () => {
    const profile = await profiles.findOrCreate(fresh());
    const results = await Promise.allSettled([
      profiles.save({ ...profile, name: 'first' }),
      profiles.save({ ...profile, name: 'second' }),
    ]);
    assert.deepEqual(results.map(({ status }) => status).toSorted(), ['fulfilled', 'rejected']);
    assert.equal((await profiles.find(profile.id))?.version, 2);
  });
});
