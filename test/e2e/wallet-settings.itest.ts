import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { eventually } from '@doffers/testkit';
import { openShop, type Shopkeeper } from './people.ts';
import { payOrder } from './razorpay.ts';
import { assertRefusal } from './refusal.ts';

describe('the settings of a wallet', () => {
  const set = ({ api, shopId }: Shopkeeper, body: object) => api.put(`/v1/shops/${shopId}/wallet/settings`, { body });
  const titlesOf = async ({ api }: Shopkeeper) => {
    const { messages } = (await api.get('/v1/me/inbox')).body as { messages: { title: string }[] };
    return messages.map(({ title }) => title).filter((title) => title === 'Your wallet is low');
  };
  const topUp = async ({ api, shopId }: Shopkeeper, amountPaise: string) => {
    const { body } = await api.post(`/v1/shops/${shopId}/topups`, { body: { requestId: amountPaise, amountPaise } });
    await payOrder(body.gatewayOrderId);
    await eventually(async () =>
      assert.equal((await api.get(`/v1/topups/${String(body.topupId)}`)).body.state, 'CREDITED'),
    );
  };

  it('have the owner told once when the wallet has become low', async () => {
    const shop = await openShop();
    assert.equal((await shop.api.get(`/v1/shops/${shop.shopId}/wallet/settings`)).body.alertBelowPaise, '0');
    await topUp(shop, '200000');
    const saved = await set(shop, { alertBelowPaise: '150000' });
    assert.deepEqual([saved.status, saved.body.alertBelowPaise], [200, '150000'], JSON.stringify(saved.body));
    assert.deepEqual(await titlesOf(shop), []);
    const buy = (requestId: string) =>
      shop.api.post(`/v1/shops/${shop.shopId}/pack-purchases`, { body: { requestId, packId: 'offers-5' } });
    await buy('low');
    await eventually(async () => assert.equal((await titlesOf(shop)).length, 1), { timeoutMs: 30_000 });
    assertRefusal(await set(shop, { alertBelowPaise: '-1' }), [400, 'VALIDATION']);
    assertRefusal(await set(shop, { alertBelowPaise: '50000001' }), [400, 'VALIDATION']);
  });
});
