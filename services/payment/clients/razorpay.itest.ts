import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { paise } from '@doffers/money';
import {
  eventually,
  type SandboxProcess,
  startSandboxProcess,
  startWebhookReceiver,
  type WebhookReceiver,
} from '@doffers/testkit';
import { createRazorpay, type Razorpay, type RazorpayOptions } from './razorpay.ts';
import { createRazorpayClient } from './razorpay-client.ts';
import { isSignedByRazorpay, parseRazorpayEvent } from './razorpay-webhook.ts';

const contact = { email: 'billing@doffers.in', phone: '+912240000000' };
const secret = 'sandbox-razorpay-webhook-secret';

describe('the Razorpay adapter', () => {
  let receiver: WebhookReceiver;
  let sandbox: SandboxProcess;
  let razorpay: Razorpay;
  let receipts = 0;
  const open = (changes: Partial<RazorpayOptions> = {}) =>
    createRazorpay({
      baseUrl: `${sandbox.url}/razorpay`,
      keyId: 'sandbox-razorpay-key-id',
      keySecret: 'sandbox-razorpay-key-secret',
      ...changes,
    });

  before(async () => {
    receiver = await startWebhookReceiver();
    sandbox = await startSandboxProcess({ WEBHOOK_TARGET: receiver.url });
    razorpay = open();
  });
  after(async () => {
    await razorpay.close();
    await sandbox.stop();
    await receiver.stop();
  });
  beforeEach(async () => {
    receiver.answer = () => 200;
    await sandbox.control('DELETE', '/faults');
  });

  const anOrder = async (amount = paise(5_000_00)) => {
    const created = await razorpay.createOrder({ receipt: `topup-${++receipts}`, amount });
    assert.ok(created.kind === 'ok');
    return created.value;
  };
  const pay = async (orderId: string, outcome = 'success', delayMs = 0) =>
    (await sandbox.control('POST', '/razorpay/sandbox/checkout', { orderId, outcome, delayMs })) as {
      razorpay_payment_id: string;
    };
  /** Everything that came about one order; other tests' events may still be under way. */
  const webhooksOf = (orderId: string) => receiver.received.filter(({ body }) => body.includes(orderId));
  const eventsOf = (orderId: string) =>
    webhooksOf(orderId)
      .filter(({ headers, body }) => isSignedByRazorpay(secret, body, headers['x-razorpay-signature']?.toString()))
      .map(({ body }) => parseRazorpayEvent(body.toString('utf8')));
  const kindsOf = (orderId: string) => eventsOf(orderId).map((event) => event?.kind);

  test('an order is made for the exact amount and found again by its receipt', async () => {
    const order = await anOrder(paise(1_234_56));
    assert.equal(order.amount, 1_234_56);
    assert.equal(order.status, 'created');
    const found = await razorpay.findOrderByReceipt(order.receipt ?? '');
    assert.deepEqual(found, { kind: 'ok', value: order });
    assert.deepEqual(await razorpay.findOrderByReceipt('never-made'), { kind: 'ok', value: undefined });
    assert.deepEqual(await razorpay.getOrder(order.id), { kind: 'ok', value: order });
  });

  test('a paid order is reported by signed events and can be asked for', async () => {
    const order = await anOrder();
    const { razorpay_payment_id: paymentId } = await pay(order.id);
    await eventually(() => assert.deepEqual(new Set(kindsOf(order.id)), new Set(['order_paid', 'payment_captured'])));
    const payment = { id: paymentId, orderId: order.id, amount: order.amount, currency: 'INR' };
    assert.deepEqual(
      eventsOf(order.id).find((event) => event?.kind === 'payment_captured'),
      { kind: 'payment_captured', payment },
    );
    const asked = await razorpay.getPayment(paymentId);
    assert.ok(asked.kind === 'ok' && asked.value.status === 'captured' && asked.value.amount === order.amount);
    const paid = await razorpay.getOrder(order.id);
    assert.ok(paid.kind === 'ok' && paid.value.amountPaid === order.amount && paid.value.status === 'paid');
  });

  test('a declined payment is reported, and a later one of the same order succeeds', async () => {
    const order = await anOrder();
    await pay(order.id, 'failed');
    await eventually(() => assert.deepEqual(kindsOf(order.id), ['payment_failed']));
    await pay(order.id);
    const payments = await razorpay.listOrderPayments(order.id);
    assert.ok(payments.kind === 'ok');
    assert.deepEqual(new Set(payments.value.map(({ status }) => status)), new Set(['captured', 'failed']));
    assert.equal(payments.value.length, 2);
  });

  test('a payment comes when it comes: late, and twice from two open tabs', async () => {
    const late = await anOrder();
    await pay(late.id, 'late', 1_000);
    const unpaid = await razorpay.listOrderPayments(late.id);
    assert.deepEqual(unpaid, { kind: 'ok', value: [] });
    await eventually(() => assert.ok(kindsOf(late.id).includes('payment_captured')));
    const double = await anOrder();
    await pay(double.id, 'double');
    const payments = await razorpay.listOrderPayments(double.id);
    assert.ok(payments.kind === 'ok' && payments.value.length === 2);
  });

  test('an event is redelivered under its id until it is answered with 200', async () => {
    const order = await anOrder();
    receiver.answer = () => (webhooksOf(order.id).length < 3 ? 503 : 200);
    await pay(order.id, 'failed');
    await eventually(() => assert.equal(webhooksOf(order.id).length, 3));
    const webhooks = webhooksOf(order.id);
    assert.equal(new Set(webhooks.map(({ headers }) => headers['x-razorpay-event-id'])).size, 1);
    assert.equal(new Set(webhooks.map(({ body }) => body.toString('hex'))).size, 1);
  });

  test('duplicates carry the same event, and a forged event does not pass the check', async () => {
    const [twice, forged] = [await anOrder(), await anOrder()];
    await sandbox.script([
      { match: { provider: 'razorpay', path: '/checkout', nth: 1 }, action: { type: 'webhook-duplicate', copies: 2 } },
      { match: { provider: 'razorpay', path: '/checkout', nth: 2 }, action: { type: 'webhook-forged' } },
    ]);
    await pay(twice.id, 'failed');
    await eventually(() => assert.equal(webhooksOf(twice.id).length, 3));
    assert.equal(new Set(webhooksOf(twice.id).map(({ headers }) => headers['x-razorpay-event-id'])).size, 1);
    await pay(forged.id, 'failed');
    await eventually(() => assert.equal(webhooksOf(forged.id).length, 1));
    assert.deepEqual(eventsOf(forged.id), []);
  });

  test('a refund repeated under its key is one refund, and another body under it is refused', async () => {
    const order = await anOrder();
    const { razorpay_payment_id: paymentId } = await pay(order.id);
    const refund = { paymentId, amount: paise(1_000_00), key: 'refund-key-0001' };
    const first = await razorpay.refund(refund);
    assert.ok(first.kind === 'ok' && first.value.amount === 1_000_00);
    assert.deepEqual(await razorpay.refund(refund), first);
    const other = await razorpay.refund({ ...refund, amount: paise(2_000_00) });
    assert.ok(other.kind === 'refused' && other.reason === 'idempotency_key_reused');
    const payment = await razorpay.getPayment(paymentId);
    assert.ok(payment.kind === 'ok' && payment.value.amountRefunded === 1_000_00);
    await eventually(() => assert.equal(kindsOf(order.id).filter((kind) => kind === 'refund').length, 1));
  });

  test('no more can be refunded than was paid', async () => {
    const order = await anOrder(paise(100_00));
    const { razorpay_payment_id: paymentId } = await pay(order.id);
    const outcome = await razorpay.refund({ paymentId, amount: paise(100_01), key: 'refund-key-0002' });
    assert.equal(outcome.kind, 'refused');
  });

  test('a refund whose answer was lost is found by repeating it under its key', async () => {
    const order = await anOrder();
    const { razorpay_payment_id: paymentId } = await pay(order.id);
    const refund = { paymentId, amount: paise(10_00), key: 'refund-key-0003' };
    await sandbox.script([{ match: { provider: 'razorpay' }, action: { type: 'cut-after-accept' }, times: 1 }]);
    assert.deepEqual(await razorpay.refund(refund), { kind: 'unknown', reason: 'cut' });
    assert.equal((await razorpay.refund(refund)).kind, 'ok');
    const payment = await razorpay.getPayment(paymentId);
    assert.ok(payment.kind === 'ok' && payment.value.amountRefunded === 10_00);
  });

  test('the settlement of a day lists payments less the fee, and refunds', async () => {
    const order = await anOrder(paise(1_000_00));
    const { razorpay_payment_id: paymentId } = await pay(order.id);
    const today = new Date(Date.now() + 5.5 * 3_600_000).toISOString().slice(0, 10);
    const settled = await razorpay.listSettlementLines(today);
    assert.ok(settled.kind === 'ok');
    const line = settled.value.find(({ entityId }) => entityId === paymentId);
    assert.equal(line?.credit, 1_000_00 - (line?.fee ?? 0));
    assert.ok((line?.fee ?? 0) > 0);
    assert.deepEqual(await razorpay.listSettlementLines('2020-01-01'), { kind: 'ok', value: [] });
  });

  test('what Razorpay refuses is refused with its reason', async () => {
    const tooSmall = await razorpay.createOrder({ receipt: 'x', amount: paise(99) });
    assert.ok(tooSmall.kind === 'refused' && tooSmall.status === 400);
    assert.equal((await razorpay.getPayment('pay_none')).kind, 'refused');
    const stranger = open({ keySecret: 'wrong' });
    const outcome = await stranger.createOrder({ receipt: 'x', amount: paise(100_00) });
    assert.ok(outcome.kind === 'refused' && outcome.status === 401);
    await stranger.close();
  });

  const faults: [string, object, object][] = [
    [
      'too many requests',
      { type: 'error', code: 429, retryAfterSeconds: 2 },
      { kind: 'retry', code: 'status_429', retryAfterMs: 2000 },
    ],
    ['an error of theirs', { type: 'error', code: 500 }, { kind: 'unknown', reason: 'status_500' }],
    ['an error of the bank', { type: 'error', code: 'GATEWAY_ERROR' }, { kind: 'unknown', reason: 'status_502' }],
    ['a bare 503', { type: 'status', status: 503, body: 'html' }, { kind: 'unknown', reason: 'status_503' }],
    ['a cut', { type: 'cut-after-accept' }, { kind: 'unknown', reason: 'cut' }],
    ['silence', { type: 'hang' }, { kind: 'unknown', reason: 'deadline' }],
    ['half an answer', { type: 'truncated-body' }, { kind: 'unknown', reason: 'unreadable_answer' }],
  ];
  for (const [name, action, expected] of faults) {
    test(`${name} ends as ${JSON.stringify(expected)}`, async () => {
      const impatient = open({ deadlineMs: 300 });
      await sandbox.script([{ match: { provider: 'razorpay', path: '/v1/orders' }, action }]);
      assert.deepEqual(await impatient.createOrder({ receipt: 'faulty', amount: paise(100_00) }), expected);
      await impatient.close();
    });
  }

  test('when nobody listens nothing was sent', async () => {
    const nowhere = open({ baseUrl: 'http://127.0.0.1:9/razorpay' });
    const outcome = await nowhere.createOrder({ receipt: 'x', amount: paise(100_00) });
    assert.deepEqual(outcome, { kind: 'retry', code: 'not_sent' });
    await nowhere.close();
  });

  test('every call is recorded with its key and what it was answered, for the audit', async () => {
    await sandbox.control('POST', '/recorder:reset');
    const order = await anOrder();
    const { razorpay_payment_id: paymentId } = await pay(order.id);
    await razorpay.refund({ paymentId, amount: paise(1_00), key: 'refund-key-0009' });
    const calls = await sandbox.recorded('calls', { provider: 'razorpay' });
    assert.deepEqual(
      calls.map(({ method, path, status, key }) => [method, path, status, key]),
      [
        ['POST', '/razorpay/v1/orders', 200, undefined],
        ['POST', `/razorpay/v1/payments/${paymentId}/refund`, 200, 'refund-key-0009'],
      ],
    );
  });

  test('orders and payments outlive a crash of the provider', async () => {
    const order = await anOrder();
    const { razorpay_payment_id: paymentId } = await pay(order.id);
    await sandbox.crash();
    assert.equal((await razorpay.getOrder(order.id)).kind, 'ok');
    assert.equal((await razorpay.getPayment(paymentId)).kind, 'ok');
  });

  describe('as use cases see it', () => {
    test('an order is an id, and an outage a refusal that a person can act on', async () => {
      const client = createRazorpayClient(razorpay, contact);
      const order = { receipt: 'client-1', amount: paise(100_00) };
      await sandbox.script([{ match: { provider: 'razorpay' }, action: { type: 'cut-after-accept' }, times: 1 }]);
      await assert.rejects(client.createOrder(order), { code: 'unavailable', reason: 'GATEWAY_UNAVAILABLE' });
      assert.match((await client.findOrderByReceipt('client-1'))?.id ?? '', /^order_\w{14}$/);
      assert.equal(await client.findOrderByReceipt('client-2'), undefined);
    });
  });

  test('takes a payment by a mandate that was given with another one, within it, until it is deleted', async () => {
    const customer = await razorpay.createCustomer({ name: 'Asha Stores', ...contact });
    assert.ok(customer.kind === 'ok');
    const customerId = customer.value.id;
    const mandate = { customerId, maxAmount: paise(15_000_00) };
    const first = await razorpay.createOrder({ receipt: `topup-${++receipts}`, amount: paise(100_00), mandate });
    assert.ok(first.kind === 'ok');
    await pay(first.value.id);
    const paid = await razorpay.listOrderPayments(first.value.id);
    const tokenId = paid.kind === 'ok' ? (paid.value[0]?.tokenId ?? '') : '';
    assert.match(tokenId, /^token_/);
    await eventually(() => {
      const [captured] = eventsOf(first.value.id);
      assert.equal(captured?.kind === 'payment_captured' && captured.payment.tokenId, tokenId);
    });

    const amount = paise(2_000_00);
    const charge = async (order: { id: string; amount: typeof amount }) =>
      razorpay.chargeToken({ orderId: order.id, amount: order.amount, customerId, tokenId, ...contact });
    const second = await anOrder(amount);
    assert.equal((await charge(second)).kind, 'ok');
    const again = await charge(second);
    assert.equal(again.kind === 'refused' && again.reason, 'order_already_paid');
    const dear = await charge(await anOrder(paise(15_000_01)));
    assert.equal(dear.kind === 'refused' && dear.reason, 'amount_exceeds_mandate');
    assert.equal((await razorpay.deleteToken({ customerId, tokenId })).kind, 'ok');
    assert.equal((await razorpay.deleteToken({ customerId, tokenId })).kind, 'refused');
    const late = await charge(await anOrder(amount));
    assert.equal(late.kind === 'refused' && late.reason, 'token_not_confirmed');
  });
});
