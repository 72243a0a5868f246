import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { eventually, restClient, stackKeys, testServers } from '@doffers/testkit';
import { reportsOf } from './metrics.ts';
import { admin, anybody, openShop, type Shopkeeper } from './people.ts';
import { capturedEvent, failedEvent, payOrder, report } from './razorpay.ts';
import { assertRefusal } from './refusal.ts';

const { gatewayUrl, sandboxUrl } = testServers();
const reports = reportsOf('payment', 'razorpay');

type Refund = { topupId: string; amountPaise: string; purpose: string; state: string };

describe('a top-up of a wallet', () => {
  let asha: Shopkeeper;
  let binu: Shopkeeper;
  let waiting: Shopkeeper;
  before(async () => {
    [asha, binu, waiting] = await Promise.all([openShop(), openShop(), openShop({ approved: false })]);
  });
  after(() => fetch(`${sandboxUrl}/faults`, { method: 'DELETE' }));

  const walletOf = async ({ api, shopId }: Shopkeeper) => (await api.get(`/v1/shops/${shopId}/wallet`)).body;
  const open = (owner: Shopkeeper, requestId: string, amountPaise = '500000') =>
    owner.api.post(`/v1/shops/${owner.shopId}/topups`, { body: { requestId, amountPaise } });
  const credited = (owner: Shopkeeper, topupId: unknown) =>
    eventually(async () => {
      const { body } = await owner.api.get(`/v1/topups/${String(topupId)}`);
      assert.equal(body.state, 'CREDITED');
      return body;
    });

  it('credits the wallet when the gateway reports the payment, and not before', async () => {
    assert.equal((await walletOf(asha)).postedPaise, '0');
    const opened = await open(asha, 'first');
    assert.equal(opened.status, 201, JSON.stringify(opened.body));
    const { topupId, gatewayOrderId } = opened.body;
    assert.equal(opened.headers.get('location'), `/v1/topups/${String(topupId)}`);
    assert.deepEqual([opened.body.state, opened.body.amountPaise], ['OPEN', '500000']);
    assert.match(String(gatewayOrderId), /^order_/);
    assert.notEqual(opened.body.gatewayKeyId, '');

    await payOrder(gatewayOrderId, 'failed');
    await eventually(async () => {
      const { body } = await asha.api.get(`/v1/topups/${String(topupId)}`);
      assert.deepEqual([body.state, body.lastFailure], ['OPEN', 'payment_declined']);
    });
    assert.equal((await walletOf(asha)).postedPaise, '0');

    await payOrder(gatewayOrderId);
    const { creditTime } = await credited(asha, topupId);
    assert.ok(creditTime);
    const wallet = await walletOf(asha);
    assert.deepEqual([wallet.postedPaise, wallet.heldPaise, wallet.availablePaise], ['500000', '0', '500000']);
    const { body } = await asha.api.get(`/v1/shops/${asha.shopId}/wallet/entries`);
    const [entry, ...others] = body.entries as Record<string, unknown>[];
    assert.deepEqual([entry?.kind, entry?.amountPaise, entry?.reference], ['TOPUP', '500000', topupId]);
    assert.deepEqual(others, []);
  });

  it('is opened once per request id, and the id is not used for another amount', async () => {
    const [one, two] = await Promise.all([open(asha, 'twice'), open(asha, 'twice')]);
    assert.deepEqual([one.body.topupId, one.body.gatewayOrderId], [two.body.topupId, two.body.gatewayOrderId]);
    assertRefusal(await open(asha, 'twice', '600000'), [409, 'IDEMPOTENCY_KEY_REUSED']);
  });

  it('credits once, however often the payment is reported', async () => {
    const { body } = await open(binu, 'reported');
    const orderId = String(body.gatewayOrderId);
    const id = await payOrder(orderId);
    await credited(binu, body.topupId);
    const before = await reports.count('known');
    const copies = Array.from({ length: 10 }, () => capturedEvent({ id, orderId, amountPaise: 500_000 }));
    for (const copy of [...copies, ...copies]) assert.equal((await report(copy)).status, 200);
    await reports.rises('known', before, 10);
    assert.equal((await walletOf(binu)).postedPaise, '500000');
  });

  it('stays credited when an earlier try that failed is reported behind the payment', async () => {
    const { body } = await open(binu, 'shuffled');
    const orderId = String(body.gatewayOrderId);
    const id = await payOrder(orderId);
    await credited(binu, body.topupId);
    const { postedPaise } = await walletOf(binu);
    const before = await reports.count('known');
    const declined = failedEvent({ id: `pay_${crypto.randomUUID().slice(0, 14)}`, orderId, amountPaise: 500_000 });
    assert.equal((await report(declined)).status, 200);
    // Reports are applied in their order: when this one is through, so is the one before.
    assert.equal((await report(capturedEvent({ id, orderId, amountPaise: 500_000 }))).status, 200);
    await reports.rises('known', before, 1);
    const { state, lastFailure } = (await binu.api.get(`/v1/topups/${String(body.topupId)}`)).body;
    assert.deepEqual([state, lastFailure], ['CREDITED', '']);
    assert.equal((await walletOf(binu)).postedPaise, postedPaise);
  });

  it('credits one of two payments for the same order; the other goes back by itself, where the shopkeeper sees it', async () => {
    const { body } = await open(binu, 'doubled');
    await payOrder(body.gatewayOrderId, 'double');
    await credited(binu, body.topupId);
    const refund = await eventually(async () => {
      const { refunds } = (await binu.api.get(`/v1/shops/${binu.shopId}/refunds`)).body as { refunds: Refund[] };
      const [found, ...others] = refunds;
      assert.deepEqual([found?.state, found?.purpose, others], ['PROCESSED', 'SECOND_PAYMENT', []]);
      return found;
    });
    assert.deepEqual([refund?.topupId, refund?.amountPaise], [body.topupId, '500000']);
    assert.equal((await walletOf(binu)).postedPaise, '1500000');
    await eventually(async () => {
      const { messages } = (await binu.api.get('/v1/me/inbox')).body as { messages: { title: string }[] };
      assert.equal(messages.filter(({ title }) => title === 'Your second payment is refunded').length, 1);
    });
  });

  it('has one open checkout: the one before expires, and is credited all the same when it is paid', async () => {
    const shop = await openShop();
    const first = (await open(shop, 'first')).body;
    const second = (await open(shop, 'second', '700000')).body;
    const stateOf = async ({ topupId }: typeof first) =>
      (await shop.api.get(`/v1/topups/${String(topupId)}`)).body.state;
    assert.deepEqual([await stateOf(first), await stateOf(second)], ['EXPIRED', 'OPEN']);
    await payOrder(first.gatewayOrderId);
    await credited(shop, first.topupId);
    assert.deepEqual([(await walletOf(shop)).postedPaise, await stateOf(second)], ['500000', 'OPEN']);
  });

  it('gives unused credit back to its source when an admin asks, and no more than there is', async () => {
    const shop = await openShop();
    const { body } = await open(shop, 'unused');
    const operator = restClient(
      gatewayUrl,
      await stackKeys().user({ userId: crypto.randomUUID(), roles: ['admin'], aal: 2 }),
    );
    const refund = (requestId: string, amountPaise: string, by = operator) =>
      by.post(`/v1/admin/topups/${String(body.topupId)}:refund`, { body: { requestId, amountPaise } });
    assertRefusal(await refund('early', '100000'), [400, 'TOPUP_NOT_CREDITED']);
    const paymentId = await payOrder(body.gatewayOrderId);
    await credited(shop, body.topupId);
    assert.equal((await refund('r1', '100000', await admin())).status, 403, 'a second factor is asked for');
    assert.equal((await refund('r1', '100000', shop.api)).status, 403);
    const asked = await refund('r1', '100000');
    assert.equal(asked.status, 200, JSON.stringify(asked.body));
    assert.equal((await refund('r1', '100000')).body.refundId, asked.body.refundId);
    assertRefusal(await refund('r1', '200000'), [409, 'IDEMPOTENCY_KEY_REUSED']);
    assertRefusal(await refund('r2', '400001'), [400, 'REFUND_EXCEEDS_TOPUP']);
    assert.equal((await walletOf(shop)).availablePaise, '400000');
    await eventually(async () => {
      const { refunds } = (await shop.api.get(`/v1/shops/${shop.shopId}/refunds`)).body as { refunds: Refund[] };
      assert.deepEqual(
        refunds.map(({ state, purpose }) => [state, purpose]),
        [['PROCESSED', 'UNUSED_CREDIT']],
      );
    });
    const documents = await shop.api.get(`/v1/shops/${shop.shopId}/invoices?kind=REFUND_VOUCHER`);
    const [voucher, ...others] = documents.body.invoices as { number: string; totalPaise: string }[];
    assert.deepEqual([voucher?.totalPaise, others], ['100000', []]);
    assert.match(voucher?.number ?? '', /^DRF\/\d{4}\/000\d{3}$/);
    const entries = (await shop.api.get(`/v1/shops/${shop.shopId}/wallet/entries`)).body.entries as { kind: string }[];
    assert.deepEqual(
      entries.map(({ kind }) => kind),
      ['PAYOUT', 'TOPUP'],
    );
    assertRefusal(await operator.post(`/v1/admin/payments/${paymentId}:refund`, { body: {} }), [
      400,
      'PAYMENT_NOT_REFUNDABLE',
    ]);
    assertRefusal(await operator.post('/v1/admin/payments/pay_none:refund', { body: {} }), [404, 'PAYMENT_NOT_FOUND']);
  });

  it('is not credited with another amount than it asked for, nor for an order of nobody', async () => {
    const { body } = await open(asha, 'cheated');
    const wrong = await reports.count('amount_mismatch');
    const unknown = await reports.count('unknown_order');
    const orderId = String(body.gatewayOrderId);
    await report(capturedEvent({ id: `pay_wrong_${crypto.randomUUID()}`, orderId, amountPaise: 50_000_000 }));
    await report(
      capturedEvent({ id: `pay_nobody_${crypto.randomUUID()}`, orderId: 'order_of_nobody', amountPaise: 1 }),
    );
    await reports.rises('amount_mismatch', wrong);
    await reports.rises('unknown_order', unknown);
    assert.equal((await asha.api.get(`/v1/topups/${String(body.topupId)}`)).body.state, 'OPEN');
  });

  it('survives a gateway that is away and one whose answer is lost: the same request finishes it', async () => {
    for (const [requestId, action] of [
      ['refused', { type: 'status', status: 503 }],
      ['answer-lost', { type: 'cut-after-accept' }],
    ] as const) {
      const fault = { match: { provider: 'razorpay', path: '/v1/orders' }, action, times: 1 };
      await fetch(`${sandboxUrl}/faults`, { method: 'POST', body: JSON.stringify([fault]) });
      assertRefusal(await open(asha, requestId), [503, 'GATEWAY_UNAVAILABLE']);
      const { body } = await open(asha, requestId);
      await payOrder(body.gatewayOrderId);
      await credited(asha, body.topupId);
    }
  });

  it('of another shop looks as if it did not exist', async () => {
    const { body } = await open(asha, 'mine');
    assertRefusal(await binu.api.get(`/v1/topups/${String(body.topupId)}`), [404, 'TOPUP_NOT_FOUND']);
    for (const shopId of [asha.shopId, crypto.randomUUID()]) {
      assertRefusal(await binu.api.get(`/v1/shops/${shopId}/wallet`), [404, 'SHOP_NOT_FOUND']);
      assertRefusal(await binu.api.get(`/v1/shops/${shopId}/wallet/entries`), [404, 'SHOP_NOT_FOUND']);
      assertRefusal(await open({ ...binu, shopId }, 'foreign'), [404, 'SHOP_NOT_FOUND']);
    }
    assert.equal((await (await admin()).get(`/v1/shops/${asha.shopId}/wallet`)).status, 200);
    assertRefusal(await anybody.get(`/v1/shops/${asha.shopId}/wallet`), [401, 'TOKEN_MISSING']);
  });

  it('is refused for a shop that waits for approval, and for amounts out of range', async () => {
    assertRefusal(await open(waiting, 'early'), [400, 'SHOP_NOT_APPROVED']);
    for (const amountPaise of ['9999', '50000001', '0', '-500000']) {
      assertRefusal(await open(asha, 'range', amountPaise), [400, 'VALIDATION']);
    }
  });

  it('shows up in pages of movements, newest first', async () => {
    const path = `/v1/shops/${asha.shopId}/wallet/entries?pageSize=2`;
    const first = (await asha.api.get(path)).body;
    const second = (await asha.api.get(`${path}&pageToken=${String(first.nextPageToken)}`)).body;
    const ids = [first, second].flatMap(({ entries }) =>
      (entries as { entryId: string }[]).map(({ entryId }) => entryId),
    );
    assert.equal(new Set(ids).size, 3, 'three top-ups were credited above');
    assert.equal(second.nextPageToken, '');
    assertRefusal(await asha.api.get(`${path}&pageToken=bm9uZQ`), [400, 'PAGE_TOKEN_INVALID']);
  });
});
