import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { eventually, testServers } from '@doffers/testkit';
import { openShop, type Shopkeeper } from './people.ts';
import { assertRefusal } from './refusal.ts';
import { availableOf, soon, titlesOf, topUp } from './wallet-steps.ts';

const { sandboxUrl } = testServers();

describe('the settings of a wallet', () => {
  after(() => fetch(`${sandboxUrl}/faults`, { method: 'DELETE' }));

  const set = ({ api, shopId }: Shopkeeper, body: object) => api.put(`/v1/shops/${shopId}/wallet/settings`, { body });

  it('have the owner told once when the wallet has become low', async () => {
    const low = async (shop: Shopkeeper) =>
      (await titlesOf(shop)).filter((title) => title === 'Your wallet is low').length;
    const buy = ({ api, shopId }: Shopkeeper, requestId: string) =>
      api.post(`/v1/shops/${shopId}/pack-purchases`, { body: { requestId, packId: 'offers-5' } });
    const becomeLow = async () => {
      const shop = await openShop();
      assert.equal((await shop.api.get(`/v1/shops/${shop.shopId}/wallet/settings`)).body.alertBelowPaise, '0');
      await topUp(shop, '200000');
      const saved = await set(shop, { alertBelowPaise: '150000' });
      assert.deepEqual([saved.status, saved.body.alertBelowPaise], [200, '150000'], JSON.stringify(saved.body));
      assert.equal(await low(shop), 0);
      await buy(shop, 'low');
      await eventually(async () => assert.equal(await low(shop), 1), soon);
      return shop;
    };
    const shop = await becomeLow();
    const before = await availableOf(shop);
    await buy(shop, 'lower');
    await eventually(async () => assert.ok(Number(await availableOf(shop)) < Number(before)), soon);
    await becomeLow(); // by a later look, which was at the first wallet too
    assert.equal(await low(shop), 1);
    assertRefusal(await set(shop, { alertBelowPaise: '-1' }), [400, 'VALIDATION']);
    assertRefusal(await set(shop, { alertBelowPaise: '50000001' }), [400, 'VALIDATION']);
  });

  const autoTopup = { belowPaise: '150000', amountPaise: '200000' };
  const settingsOf = async ({ api, shopId }: Shopkeeper) =>
    (await api.get(`/v1/shops/${shopId}/wallet/settings`)).body as {
      autoTopup?: { state: string; stopReason: string; coolOffEndTime?: string };
      mandate?: { topupId: string; maxAmountPaise: string };
    };

  it('have the wallet topped up as its owner agreed, once, with a receipt, until the consent is taken back', async () => {
    const shop = await openShop();
    assertRefusal(await set(shop, { autoTopup }), [400, 'MANDATE_MISSING']);
    await topUp(shop, '100000', { saveMandate: true });
    assert.equal((await settingsOf(shop)).mandate?.maxAmountPaise, '1500000');
    assertRefusal(await set(shop, { autoTopup: { ...autoTopup, amountPaise: '1500001' } }), [400, 'VALIDATION']);
    const saved = await set(shop, { autoTopup });
    assert.equal(saved.status, 200, JSON.stringify(saved.body));
    await eventually(async () => assert.equal(await availableOf(shop), '300000'), soon);
    await eventually(async () => assert.ok((await titlesOf(shop)).includes('Your wallet was topped up')), soon);
    const { autoTopup: standing } = await settingsOf(shop);
    assert.deepEqual([standing?.state, standing?.coolOffEndTime === undefined], ['ON', false]);
    await eventually(async () => {
      const { invoices } = (await shop.api.get(`/v1/shops/${shop.shopId}/invoices`)).body as { invoices: object[] };
      assert.equal(invoices.length, 2, 'a receipt voucher for each top-up');
    }, soon);
    const revoked = await shop.api.post(`/v1/shops/${shop.shopId}/wallet/mandate:revoke`, { body: {} });
    assert.deepEqual([revoked.status, revoked.body.mandate], [200, undefined], JSON.stringify(revoked.body));
    assert.equal((await settingsOf(shop)).autoTopup?.stopReason, 'MANDATE_MISSING');
    assertRefusal(await set(shop, { autoTopup }), [400, 'MANDATE_MISSING']);
  });

  it('top up no more once the bank has declined, and the owner is told', async () => {
    const shop = await openShop();
    await topUp(shop, '100000', { saveMandate: true });
    const match = { provider: 'razorpay', path: '/payments/create/recurring' };
    const declined = [{ match, action: { type: 'payment-declined' }, times: 1 }];
    await fetch(`${sandboxUrl}/faults`, { method: 'POST', body: JSON.stringify(declined) });
    await set(shop, { autoTopup });
    await eventually(async () => {
      const standing = (await settingsOf(shop)).autoTopup;
      assert.deepEqual([standing?.state, standing?.stopReason], ['STOPPED', 'payment_declined']);
      assert.ok((await titlesOf(shop)).includes('Automatic top-ups have stopped'));
    }, soon);
    assert.equal(await availableOf(shop), '100000');
  });
});
