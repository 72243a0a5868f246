import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { accessOf } from '@doffers/rpc';
import { eventually, type RestResponse } from '@doffers/testkit';
import { assertErrorShape } from './gateway-error.ts';
import { type RestMethod, restMethods } from './methods.ts';
import { anybody, logIn, openShop, type Person, type Shopkeeper } from './people.ts';
import { payOrder } from './razorpay.ts';
import { assertRefusal } from './refusal.ts';

const inDays = (days: number) => new Date(Date.now() + days * 24 * 3_600_000).toISOString();
const owned = [
  'shop_id',
  'offer_id',
  'campaign_id',
  'topup_id',
  'invoice_id',
  'subscription_id',
  'offer.offer_id',
  'campaign.campaign_id',
  'shop.shop_id',
];

/** Every method that names somebody's resource in its path and is for shopkeepers. */
const methods = restMethods().filter(({ desc, inPath }) => {
  const access = accessOf(desc);
  return (
    access.kind === 'roles' && access.roles.includes('shopkeeper') && inPath.some((field) => owned.includes(field))
  );
});

const discount = { percent: { percent: 20 } };
const offer = { title: 'Flat 20% off', discount, endTime: inDays(30) };
const content = { title: 'Flat 20% off', body: 'At Asha Stores' };

describe("another shop's", () => {
  let asha: Shopkeeper;
  let binu: Shopkeeper;
  let customer: Person;
  const ids: Record<string, string> = {};

  before(async () => {
    [asha, binu, customer] = await Promise.all([openShop(), openShop(), logIn()]);
    const shop = `/v1/shops/${asha.shopId}`;
    const topup = await asha.api.post(`${shop}/topups`, { body: { requestId: 't', amountPaise: '100000' } });
    await payOrder(topup.body.gatewayOrderId);
    const drafted = await asha.api.post(`${shop}/offers`, { body: { requestId: 'o', ...offer } });
    const campaign = await asha.api.post(`${shop}/campaigns`, {
      body: {
        requestId: 'c',
        offerId: drafted.body.offerId,
        name: 'Diwali week',
        channels: ['IN_APP'],
        content,
        audience: { pincodes: ['560034'], radiusKm: 2 },
      },
    });
    const subscription = await asha.api.post(`${shop}/subscriptions`, { body: { requestId: 's', planId: 'starter' } });
    const invoiceId = await eventually(async () => {
      const { body } = await asha.api.get(`${shop}/invoices`);
      const [first] = body.invoices as { invoiceId: string; pdfBytes: string }[];
      assert.ok(first && Number(first.pdfBytes) > 0, 'no receipt voucher with its PDF yet');
      return first.invoiceId;
    });
    Object.assign(ids, {
      shop_id: asha.shopId,
      'shop.shop_id': asha.shopId,
      topup_id: topup.body.topupId,
      offer_id: drafted.body.offerId,
      'offer.offer_id': drafted.body.offerId,
      campaign_id: campaign.body.campaignId,
      'campaign.campaign_id': campaign.body.campaignId,
      invoice_id: invoiceId,
      subscription_id: subscription.body.subscriptionId,
    });
  });

  /** What a command needs besides its request id, so that nothing but the owner is wrong with it. */
  const bodies: Record<string, () => object> = {
    CreateOffer: () => offer,
    UpdateOffer: () => ({ title: 'Mine now' }),
    UpdateShop: () => ({ name: 'Mine now' }),
    UpdateCampaign: () => ({ name: 'Mine now' }),
    CreateCampaign: () => ({
      offerId: ids.offer_id,
      name: 'Mine',
      channels: ['IN_APP'],
      content,
      audience: { pincodes: ['560034'], radiusKm: 2 },
    }),
    CreateTemplate: () => ({ name: 'mine', language: 'en', body: 'Hi {{1}}, {{2}} has news for you today.' }),
    GenerateText: () => ({ offerId: ids.offer_id }),
    CreateTopup: () => ({ amountPaise: '100000' }),
    PurchasePack: () => ({ packId: 'offers-5' }),
    CreateSubscription: () => ({ planId: 'starter' }),
    ChangeSubscription: () => ({ planId: 'growth' }),
    LaunchCampaign: () => ({ quoteId: crypto.randomUUID() }),
    RescheduleCampaign: () => ({ sendTime: inDays(2) }),
    SendTestMessage: () => ({ channel: 'IN_APP' }),
  };
  const queries: Record<string, string> = {
    UpdateOffer: '?updateMask=title',
    UpdateShop: '?updateMask=name',
    UpdateCampaign: '?updateMask=name',
    ListRecipients: '?channel=IN_APP',
    GetStatement: '?period=2026-11',
  };

  function call(who: Pick<Person, 'api'>, method: RestMethod, named: Record<string, string>): Promise<RestResponse> {
    const path = method.path.replaceAll(/\{([a-z_.]+)\}/g, (_, field: string) => named[field] ?? crypto.randomUUID());
    const target = `${path}${queries[method.name] ?? ''}`;
    if (method.verb === 'get' || method.verb === 'delete') return who.api[method.verb](target);
    const takesId = method.desc.input.fields.some(({ name }) => name === 'request_id');
    const body = { ...bodies[method.name]?.(), ...(takesId && { requestId: `foreign-${crypto.randomUUID()}` }) };
    return who.api[method.verb](target, { body });
  }

  async function stateOfAsha(): Promise<unknown> {
    const shop = `/v1/shops/${asha.shopId}`;
    const reads = [
      shop,
      `${shop}/offers`,
      `${shop}/campaigns`,
      `${shop}/wallet`,
      `${shop}/invoices`,
      `${shop}/entitlements`,
      `${shop}/subscriptions`,
    ];
    return Promise.all(reads.map(async (path) => (await asha.api.get(path)).body));
  }

  it('resources are found by the descriptors', () => assert.ok(methods.length >= 20, String(methods.length)));

  it('resources look to a shopkeeper as if they did not exist, for every read and every command', async () => {
    const before = await stateOfAsha();
    for (const method of methods) {
      const foreign = await call(binu, method, ids);
      assert.equal(foreign.status, 404, `${method.name}: ${JSON.stringify(foreign.body)}`);
      assertErrorShape(foreign);
      const nowhere = await call(binu, method, {});
      assert.deepEqual([nowhere.status, nowhere.body], [404, foreign.body], `${method.name} tells that the id exists`);
    }
    assert.deepEqual(await stateOfAsha(), before);
  });

  it('resources are closed to a customer and to nobody at all', async () => {
    const before = await stateOfAsha();
    for (const method of methods) {
      const access = accessOf(method.desc);
      const asCustomer = await call(customer, method, ids);
      if (access.kind === 'roles' && !access.roles.includes('customer'))
        assertRefusal(asCustomer, [403, 'ROLE_REQUIRED']);
      else assert.equal(asCustomer.status, 404, method.name);
      assertRefusal(await call({ api: anybody }, method, ids), [401, 'TOKEN_MISSING']);
    }
    assert.deepEqual(await stateOfAsha(), before);
  });

  it('ids that are none are refused before anybody looks for them', async () => {
    for (const method of methods) {
      const wrong = Object.fromEntries(method.inPath.map((field) => [field, 'not-an-id']));
      const answer = await call(asha, method, wrong);
      assertRefusal(answer, [400, 'VALIDATION']);
    }
  });

  it('page tokens do not continue a list of this shop', async () => {
    const of = (who: Shopkeeper, list: string, token = '') =>
      who.api.get(`/v1/shops/${who.shopId}/${list}?pageSize=1&pageToken=${token}`);
    for (const shopkeeper of [asha, binu]) {
      for (const requestId of ['page-1', 'page-2']) {
        await shopkeeper.api.post(`/v1/shops/${shopkeeper.shopId}/offers`, { body: { requestId, ...offer } });
      }
    }
    const token = String((await of(asha, 'offers')).body.nextPageToken);
    assert.notEqual(token, '');
    assert.equal((await of(asha, 'offers', token)).status, 200);
    assertRefusal(await of(binu, 'offers', token), [400, 'PAGE_TOKEN_INVALID']);
    assertRefusal(await of(asha, 'campaigns', token), [400, 'PAGE_TOKEN_INVALID']);
    assertRefusal(await of(asha, 'invoices', token), [400, 'PAGE_TOKEN_INVALID']);
    assertRefusal(await asha.api.get(`/v1/me/inbox?pageToken=${token}`), [400, 'PAGE_TOKEN_INVALID']);
    assertRefusal(await of(asha, 'offers', `${token}A`), [400, 'PAGE_TOKEN_INVALID']);
  });
});
