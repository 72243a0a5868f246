import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fakeDeps } from '../test/fake-deps.ts';
import { createProfile } from './create-profile.ts';
import { getMe, getProfile } from './read-profile.ts';
import { updateMe } from './update-me.ts';

const userId = '019ab000-0000-7000-8000-000000000001';
const signUp = { userId, name: 'Ravi', pincode: '560034', city: '', address: '5th Block' };
const change = (changes: object = {}) => ({
  etag: '',
  paths: ['name'],
  patch: { name: 'Ravi Kumar', pincode: '', address: '' },
  validate: () => {},
  ...changes,
});

describe('a profile', () => {
  it('is made when its person first looks at it', async () => {
    const deps = fakeDeps();
    assert.equal((await getMe(deps, userId)).name, '');
    assert.equal(deps.people.size, 1);
  });

  it('is not made because another service asks', async () => {
    const deps = fakeDeps();
    assert.equal((await getProfile(deps, userId)).id, userId);
    assert.equal(deps.people.size, 0);
  });

  it('takes city and state from the PIN code, and loses them with it', async () => {
    const deps = fakeDeps();
    const at = (pincode: string) => change({ paths: ['pincode'], patch: { name: '', pincode, address: '' } });
    const moved = await updateMe(deps, userId, at('400001'));
    assert.deepEqual([moved.city, moved.state], ['Mumbai', 'Maharashtra']);
    const gone = await updateMe(deps, userId, at(''));
    assert.deepEqual([gone.pincode, gone.city, gone.state], ['', '', '']);
  });

  it('stays as it is when the change is refused', async () => {
    const deps = fakeDeps();
    await updateMe(deps, userId, change());
    const unknown = change({ paths: ['pincode'], patch: { name: '', pincode: '999999', address: '' } });
    await assert.rejects(updateMe(deps, userId, unknown), { reason: 'PINCODE_UNKNOWN' });
    await assert.rejects(updateMe(deps, userId, change({ etag: '"1"' })), { reason: 'ETAG_MISMATCH' });
    await assert.rejects(updateMe(deps, userId, change({ paths: ['city'] })), { reason: 'UPDATE_MASK_INVALID' });
    assert.equal((await getMe(deps, userId)).version, 2);
  });
});

describe('createProfile', () => {
  it('stores what was told at sign-up', async () => {
    const profile = await createProfile(fakeDeps(), signUp);
    assert.deepEqual([profile.name, profile.address], ['Ravi', '5th Block']);
    assert.deepEqual([profile.city, profile.state], ['Bengaluru Urban', 'Karnataka']);
  });

  it('keeps the city as the person named it', async () => {
    assert.equal((await createProfile(fakeDeps(), { ...signUp, city: 'Bangalore' })).city, 'Bangalore');
  });

  it('fills a profile that its person has only looked at', async () => {
    const deps = fakeDeps();
    await getMe(deps, userId);
    assert.equal((await createProfile(deps, signUp)).name, 'Ravi');
  });

  it('has the effect of one call when it comes twice, and never overwrites what its person wrote', async () => {
    const deps = fakeDeps();
    await createProfile(deps, signUp);
    await createProfile(deps, signUp);
    assert.equal((await getMe(deps, userId)).version, 2);
    await updateMe(deps, userId, change());
    assert.equal((await createProfile(deps, signUp)).name, 'Ravi Kumar');
  });

  it('keeps a PIN code that the directory has lost', async () => {
    const profile = await createProfile(fakeDeps(), { ...signUp, pincode: '999999' });
    assert.deepEqual([profile.pincode, profile.city, profile.state], ['999999', '', '']);
  });
});
