import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { admin, fakeDeps, owner, stranger } from '../test/fake-deps.ts';
import { aShop } from '../test/shops.ts';
import { createShop } from './create-shop.ts';
import { decideShop } from './decide-shop.ts';
import { getShop } from './get-shop.ts';
import { updateShop } from './update-shop.ts';

const shop = aShop();
const approved = aShop({ approval: 'approved' });
const { name, category, description, address, pincode, gstin } = shop;
const details = { name, category, description, address, pincode, gstin };

describe('createShop', () => {
  const input = { ...details, requestId: 'r1' };

  it('registers a shop that waits for approval, at the place of its PIN code', async () => {
    const created = await createShop(fakeDeps(), owner, input);
    assert.equal(created.approval, 'pending');
    assert.equal(created.ownerId, owner.userId);
    assert.deepEqual([created.city, created.state], ['Bengaluru Urban', 'Karnataka']);
  });

  it('makes its owner a shopkeeper', async () => {
    const deps = fakeDeps();
    await createShop(deps, owner, input);
    assert.deepEqual(deps.granted, [owner.userId]);
  });

  it('refuses an unknown PIN code and a wrong GST number, and stores nothing', async () => {
    const deps = fakeDeps();
    await assert.rejects(createShop(deps, owner, { ...input, pincode: '999999' }), { reason: 'PINCODE_UNKNOWN' });
    await assert.rejects(createShop(deps, owner, { ...input, gstin: '29AAGCB7383J1Z5' }), { reason: 'GSTIN_INVALID' });
    const elsewhere = { ...input, gstin: '27AAPFU0939F1ZV' };
    await assert.rejects(createShop(deps, owner, elsewhere), { reason: 'GSTIN_STATE_MISMATCH' });
    assert.equal(deps.stored.size, 0);
    assert.deepEqual(deps.granted, []);
  });
});

describe('getShop', () => {
  it('shows everything to the owner, admins and services, whatever its state', async () => {
    for (const viewer of [owner, admin, 'service'] as const) {
      assert.deepEqual(await getShop(fakeDeps(shop), viewer, shop.id), { shop, whole: true });
    }
  });

  it('shows strangers the public part of an approved shop', async () => {
    for (const viewer of [undefined, stranger]) {
      assert.deepEqual(await getShop(fakeDeps(approved), viewer, shop.id), { shop: approved, whole: false });
    }
  });

  it('hides every other shop from strangers as if it did not exist', async () => {
    for (const approval of ['pending', 'rejected', 'suspended'] as const) {
      const deps = fakeDeps(aShop({ approval }));
      for (const viewer of [undefined, stranger]) {
        await assert.rejects(getShop(deps, viewer, shop.id), { reason: 'SHOP_NOT_FOUND' });
      }
    }
  });
});

describe('updateShop', () => {
  const change = (changes: object = {}) => ({
    shopId: shop.id,
    etag: '',
    paths: ['name'],
    patch: { ...details, name: 'Asha Super Stores', address: 'elsewhere' },
    validate: () => {},
    ...changes,
  });

  it('changes what the mask names and nothing else', async () => {
    const changed = await updateShop(fakeDeps(approved), owner, change({ etag: '"1"' }));
    assert.equal(changed.name, 'Asha Super Stores');
    assert.equal(changed.address, shop.address);
    assert.equal(changed.version, 2);
    assert.equal(changed.approval, 'approved');
  });

  it('moves city and state with the PIN code', async () => {
    const patch = { ...details, pincode: '400001' };
    const changed = await updateShop(fakeDeps(shop), owner, change({ paths: ['pincode'], patch }));
    assert.deepEqual([changed.city, changed.state], ['Mumbai', 'Maharashtra']);
  });

  it('puts a rejected shop back into the queue, but not when an admin corrects it', async () => {
    const rejected = aShop({ approval: 'rejected' });
    assert.equal((await updateShop(fakeDeps(rejected), owner, change())).approval, 'pending');
    assert.equal((await updateShop(fakeDeps(rejected), admin, change())).approval, 'rejected');
  });

  it('refuses a stranger, an older version and a merged shop that breaks a rule, and changes nothing', async () => {
    const deps = fakeDeps(shop);
    await assert.rejects(updateShop(deps, stranger, change()), { reason: 'SHOP_NOT_FOUND' });
    await assert.rejects(updateShop(deps, owner, change({ etag: '"0"' })), { reason: 'ETAG_MISMATCH' });
    await assert.rejects(updateShop(deps, owner, change({ paths: ['approval'] })), { reason: 'UPDATE_MASK_INVALID' });
    const lostPincode = { paths: ['pincode'], patch: { ...details, pincode: '999999' } };
    await assert.rejects(updateShop(deps, owner, change(lostPincode)), { reason: 'PINCODE_UNKNOWN' });
    const wrongGstin = { paths: ['gstin'], patch: { ...details, gstin: '29AAGCB7383J1Z5' } };
    await assert.rejects(updateShop(deps, owner, change(wrongGstin)), { reason: 'GSTIN_INVALID' });
    const validate = (merged: { name: string }) => assert.notEqual(merged.name, 'Asha Super Stores', 'as validated');
    await assert.rejects(updateShop(deps, owner, change({ validate })), { message: 'as validated' });
    assert.deepEqual([...deps.stored.values()], [shop]);
  });
});

describe('decideShop', () => {
  it('records the decision and its reason', async () => {
    const input = { shopId: shop.id, requestId: 'r1', decision: 'rejected', reason: 'no sign board' } as const;
    const decided = await decideShop(fakeDeps(shop), admin, input);
    assert.deepEqual([decided.approval, decided.approvalReason, decided.decisions], ['rejected', 'no sign board', 1]);
  });

  it('refuses a shop that does not exist', async () => {
    const input = { shopId: shop.id, requestId: 'r1', decision: 'approved', reason: '' } as const;
    await assert.rejects(decideShop(fakeDeps(), admin, input), { reason: 'SHOP_NOT_FOUND' });
  });
});
