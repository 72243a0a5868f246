import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { eventually } from '@doffers/testkit';
import { openShop, type Shopkeeper } from './people.ts';
import { payOrder } from './razorpay.ts';
import { assertRefusal } from './refusal.ts';

const endTime = new Date(Date.now() + 30 * 24 * 3_600_000).toISOString();

describe('the offers that a shop may have', () => {
  let asha: Shopkeeper;
  before(async () => {
    asha = await openShop();
  });

  const create = (requestId: string) =>
    asha.api.post(`/v1/shops/${asha.shopId}/offers`, {
      body: { requestId, title: 'Flat 20% off', discount: { percent: { percent: 20 } }, endTime },
    });
  const left = async () => {
    const { body } = await asha.api.get(`/v1/shops/${asha.shopId}/entitlements`);
    return [body.offersGranted ?? 0, body.offersUsed ?? 0];
  };
  const drafts = async () => {
    const { body } = await asha.api.get(`/v1/shops/${asha.shopId}/offers?pageSize=100`);
    return (body.offers as { offerId: string }[]).map(({ offerId }) => offerId);
  };

  it('are five for free, counted at each creation, and no sixth leaves anything behind', async () => {
    for (let n = 1; n <= 5; n++) {
      assert.equal((await create(`free-${n}`)).status, 201);
      assert.deepEqual(await left(), [5, n]);
    }
    const before = await drafts();
    const refused = await create('sixth');
    assertRefusal(refused, [400, 'PACK_EXHAUSTED']);
    assert.match(String(refused.body.message), /buy a pack/);
    assert.deepEqual([await drafts(), await left()], [before, [5, 5]]);
  });

  it('grow by a deleted draft, and by no published offer', async () => {
    const [newest, older] = await drafts();
    assert.equal((await asha.api.delete(`/v1/offers/${newest}`)).status, 200);
    assert.deepEqual(await left(), [5, 4]);
    assert.equal((await create('in its place')).status, 400, 'a request id has no spaces');
    assert.equal((await create('in-its-place')).status, 201);
    const published = await asha.api.post(`/v1/offers/${older}:publish`, { body: { requestId: 'p' } });
    assert.equal(published.status, 200);
    assertRefusal(await asha.api.delete(`/v1/offers/${older}`), [400, 'OFFER_STATE']);
    assert.deepEqual(await left(), [5, 5]);
  });

  it('grow by a pack, after which the refused call works', async () => {
    const topup = await asha.api.post(`/v1/shops/${asha.shopId}/topups`, {
      body: { requestId: 't', amountPaise: '100000' },
    });
    await payOrder(topup.body.gatewayOrderId);
    await eventually(async () => {
      const { body } = await asha.api.get(`/v1/shops/${asha.shopId}/wallet`);
      assert.equal(body.availablePaise, '100000');
    });
    const bought = await asha.api.post(`/v1/shops/${asha.shopId}/pack-purchases`, {
      body: { requestId: 'pack', packId: 'offers-5' },
    });
    assert.equal(bought.status, 200, JSON.stringify(bought.body));
    await eventually(async () => assert.deepEqual(await left(), [10, 5]));
    const sixth = await create('sixth');
    assert.equal(sixth.status, 201, JSON.stringify(sixth.body));
    assert.equal((await create('sixth')).body.offerId, sixth.body.offerId);
    assert.deepEqual(await left(), [10, 6]);
  });
});
