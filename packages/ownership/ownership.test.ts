import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { actForShop, actorOf, actsFor, assertApproved, type ShopAccess, shopNotFound } from './index.ts';

const shop: ShopAccess = {
  shopId: 's1',
  ownerId: 'u1',
  approved: true,
  name: 'Asha Stores',
  pincode: '560034',
  state: 'Karnataka',
  gstin: '',
  address: '',
};
const read = async () => shop;

describe('acting for a shop', () => {
  it('is for its owner and for admins', async () => {
    assert.equal(await actForShop(read, { userId: 'u1', admin: false }, 's1'), shop);
    assert.equal(await actForShop(read, { userId: 'u2', admin: true }, 's1'), shop);
  });

  it('looks for a stranger as if the shop did not exist', async () => {
    const refusal = shopNotFound();
    await assert.rejects(actForShop(read, { userId: 'u2', admin: false }, 's1'), {
      reason: refusal.reason,
      message: refusal.message,
    });
  });

  it('takes the admin right from the roles of the token', () => {
    assert.deepEqual(actorOf({ userId: 'u1', roles: ['customer'] }), { userId: 'u1', admin: false });
    assert.deepEqual(actorOf({ userId: 'u1', roles: ['customer', 'admin'] }), { userId: 'u1', admin: true });
  });

  it('is for nobody who has not logged in', () => assert.equal(actsFor(undefined, 'u1'), false));

  it('needs an approval for what costs or shows', () => {
    assertApproved(shop);
    assert.throws(() => assertApproved({ ...shop, approved: false }), { reason: 'SHOP_NOT_APPROVED' });
  });
});
