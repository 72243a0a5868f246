import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { eventually, type RestClient } from '@doffers/testkit';
import { restMethods } from './methods.ts';
import { admin, logIn, newPhone, openShop, type Person, type Shopkeeper } from './people.ts';
import { payOrder } from './razorpay.ts';
import { assertRefusal } from './refusal.ts';

const inDays = (days: number) => new Date(Date.now() + days * 24 * 3_600_000).toISOString();

/** Commands whose request holds more than their request id and what the path names: only those can be reused wrongly. */
const reusable = restMethods().filter(({ desc, inPath }) => {
  const fields = desc.input.fields.map(({ name }) => name);
  return fields.includes('request_id') && fields.some((name) => name !== 'request_id' && !inPath.includes(name));
});

type Case = {
  readonly as: RestClient;
  readonly verb?: 'post' | 'put';
  readonly path: string;
  readonly body: object;
  /** What the second call asks for instead. */
  readonly other: object;
  /** Where the effect shows. */
  readonly seen: string;
};

describe('a request id that comes back with other content', () => {
  let person: Person;
  let asha: Shopkeeper;
  let pending: Shopkeeper;
  let suspended: Shopkeeper;
  let root: RestClient;
  let offerId: string;
  let campaignId: string;

  before(async () => {
    [person, asha, pending, suspended, root] = await Promise.all([
      logIn(),
      openShop(),
      openShop({ approved: false }),
      openShop(),
      admin({ secondFactor: true }),
    ]);
    const topup = await asha.api.post(`/v1/shops/${asha.shopId}/topups`, {
      body: { requestId: 'money', amountPaise: '500000' },
    });
    await payOrder(topup.body.gatewayOrderId);
    await eventually(async () => {
      const { body } = await asha.api.get(`/v1/shops/${asha.shopId}/wallet`);
      assert.equal(body.availablePaise, '500000');
    });
    offerId = String((await asha.api.post(`/v1/shops/${asha.shopId}/offers`, { body: offer('made') })).body.offerId);
    await asha.api.post(`/v1/offers/${offerId}:publish`, { body: { requestId: 'p' } });
    const made = await asha.api.post(`/v1/shops/${asha.shopId}/campaigns`, { body: campaign('made') });
    campaignId = String(made.body.campaignId);
  });

  const packId = `reused-${crypto.randomUUID().slice(0, 8)}`;
  const discount = { percent: { percent: 20 } };
  const endTime = inDays(30);
  const offer = (requestId: string) => ({ requestId, title: 'Flat 20% off', discount, endTime });
  const campaign = (requestId: string) => ({
    requestId,
    offerId,
    name: 'Diwali week',
    channels: ['IN_APP'],
    content: { title: 'Flat 20% off', body: 'At Asha Stores' },
    audience: { pincodes: ['560034'], radiusKm: 2 },
  });
  const shop = { name: 'Asha Stores', category: 'grocery', address: '12, 80 Feet Road', pincode: '560034' };

  /** One call of each command that succeeds, and what to ask for instead. Launch and reschedule have their own tests. */
  const cases: Record<string, () => Case> = {
    CreateShop: () => ({
      as: person.api,
      path: '/v1/shops',
      body: shop,
      other: { name: 'Binu Stores' },
      seen: '/v1/me',
    }),
    UpdateConsents: () => ({
      as: person.api,
      verb: 'put',
      path: '/v1/me/consents',
      body: { consents: [{ channel: 'PUSH', granted: true }], notice: '2026-11/en' },
      other: { consents: [{ channel: 'PUSH', granted: false }] },
      seen: '/v1/me/consents',
    }),
    RegisterDevice: () => ({
      as: person.api,
      path: '/v1/me/devices',
      body: { token: `${newPhone()}:device-of-a-person`, platform: 'ANDROID' },
      other: { token: `${newPhone()}:device-of-another` },
      seen: '/v1/me',
    }),
    CreateOffer: () => ({
      as: asha.api,
      path: `/v1/shops/${asha.shopId}/offers`,
      body: offer('x'),
      other: { title: 'Flat 30% off' },
      seen: `/v1/shops/${asha.shopId}/offers`,
    }),
    CreateCampaign: () => ({
      as: asha.api,
      path: `/v1/shops/${asha.shopId}/campaigns`,
      body: campaign('x'),
      other: { name: 'Holi week' },
      seen: `/v1/shops/${asha.shopId}/campaigns`,
    }),
    CreateTemplate: () => ({
      as: asha.api,
      path: `/v1/shops/${asha.shopId}/templates`,
      body: {
        name: 'festival_news',
        language: 'en',
        body: 'Hi {{1}}, {{2}} has news for you today. Come and see.',
        examples: ['Ravi', 'Asha Stores'],
      },
      other: { body: 'Hi {{1}}, {{2}} has other news for you today. Come and see.' },
      seen: `/v1/shops/${asha.shopId}/templates`,
    }),
    GenerateText: () => ({
      as: asha.api,
      path: `/v1/shops/${asha.shopId}/texts:generate`,
      body: { offerId, tone: 'FRIENDLY' },
      other: { tone: 'FESTIVE' },
      seen: `/v1/shops/${asha.shopId}/texts`,
    }),
    CreateTopup: () => ({
      as: asha.api,
      path: `/v1/shops/${asha.shopId}/topups`,
      body: { amountPaise: '100000' },
      other: { amountPaise: '200000' },
      seen: `/v1/shops/${asha.shopId}/wallet`,
    }),
    PurchasePack: () => ({
      as: asha.api,
      path: `/v1/shops/${asha.shopId}/pack-purchases`,
      body: { packId: 'offers-5' },
      other: { packId: 'offers-10' },
      seen: `/v1/packs`,
    }),
    CreateSubscription: () => ({
      as: asha.api,
      path: `/v1/shops/${asha.shopId}/subscriptions`,
      body: { planId: 'starter' },
      other: { planId: 'growth' },
      seen: `/v1/shops/${asha.shopId}/subscriptions`,
    }),
    // In another wallet: the pack of before may be paid at any moment.
    GrantPromo: () => ({
      as: root,
      path: `/v1/admin/shops/${suspended.shopId}/promo-grants`,
      body: { amountPaise: '10000', expireTime: endTime, reason: 'a welcome' },
      other: { amountPaise: '20000' },
      seen: `/v1/shops/${suspended.shopId}/wallet`,
    }),
    // Each of the three goes on with what the one before has made.
    CreatePack: () => ({
      as: root,
      path: '/v1/admin/packs',
      body: { packId, name: 'Diwali', offers: 2, pricePaise: '10000', validDays: 30 },
      other: { name: 'Holi' },
      seen: '/v1/admin/packs',
    }),
    RepricePack: () => ({
      as: root,
      path: `/v1/admin/packs/${packId}:reprice`,
      body: { pricePaise: '20000' },
      other: { pricePaise: '30000' },
      seen: '/v1/admin/packs',
    }),
    RetirePack: () => ({
      as: root,
      path: `/v1/admin/packs/${packId}:retire`,
      body: {},
      other: { etag: '"1"' },
      seen: '/v1/admin/packs',
    }),
    SendTestMessage: () => ({
      as: asha.api,
      path: `/v1/campaigns/${campaignId}:testSend`,
      body: { channel: 'IN_APP' },
      other: { channel: 'PUSH' },
      seen: `/v1/campaigns/${campaignId}`,
    }),
    RejectShop: () => ({
      as: root,
      path: `/v1/admin/shops/${pending.shopId}:reject`,
      body: { reason: 'the address does not exist' },
      other: { reason: 'the name is taken' },
      seen: `/v1/shops/${pending.shopId}`,
    }),
    SuspendShop: () => ({
      as: root,
      path: `/v1/admin/shops/${suspended.shopId}:suspend`,
      body: { reason: 'customers complain' },
      other: { reason: 'the shop has moved' },
      seen: `/v1/shops/${suspended.shopId}`,
    }),
  };

  /** Answered for by a test beside the feature, where the world that they need is. */
  const elsewhere: Record<string, string> = {
    LaunchCampaign: 'services/campaign/usecases/launch-campaign.test.ts',
    RescheduleCampaign: 'services/campaign/usecases/control-campaign.test.ts',
    FreezeWallet: 'services/payment/usecases/wallet-status.itest.ts',
    UnfreezeWallet: 'services/payment/usecases/wallet-status.itest.ts',
    ChangeSubscription: 'services/payment/usecases/subscriptions.itest.ts',
    CancelSubscription: 'services/payment/usecases/subscriptions.itest.ts',
    RefundTopup: 'services/payment/usecases/refunds.itest.ts',
    ResolveBreak: 'services/payment/usecases/reconciliation.itest.ts',
    CreditInvoice: 'test/e2e/gst-documents.itest.ts',
  };

  it('is tried with every command that could be reused so', () => {
    const missing = reusable.map(({ name }) => name).filter((name) => !(name in cases) && !(name in elsewhere));
    assert.deepEqual(missing, [], 'add a case here for each new command');
  });

  for (const [name, prepare] of Object.entries(cases)) {
    it(`is refused by ${name}, which changes nothing, and still answers what it first did`, async () => {
      const { as, verb = 'post', path, body, other, seen } = prepare();
      const requestId = `reused-${crypto.randomUUID()}`;
      const call = (content: object) => as[verb](path, { body: { ...content, requestId } });
      const first = await call(body);
      assert.ok(first.status < 300, JSON.stringify(first.body));
      const before = await as.get(seen);
      assertRefusal(await call({ ...body, ...other }), [409, 'IDEMPOTENCY_KEY_REUSED']);
      const after = await as.get(seen);
      assert.deepEqual([after.status, after.body], [before.status, before.body]);
      assert.equal((await call(body)).status, first.status);
    });
  }
});
