import assert from 'node:assert/strict';
import { test } from 'node:test';
import { signHmacSha256 } from '@doffers/provider-http';
import { isSignedByRazorpay, parseRazorpayEvent } from './razorpay-webhook.ts';

const entity = { id: 'pay_1', order_id: 'order_1', amount: 500000, currency: 'INR', error_reason: 'payment_declined' };
const body = (name: string, payload: object) => JSON.stringify({ entity: 'event', event: name, payload });
const payment = { id: 'pay_1', orderId: 'order_1', amount: 500000, currency: 'INR' };

test('a signature is good for the exact bytes and the secret it was made with', () => {
  const bytes = Buffer.from(body('payment.captured', { payment: { entity } }));
  const signature = signHmacSha256('s1', bytes);
  assert.equal(isSignedByRazorpay('s1', bytes, signature), true);
  assert.equal(isSignedByRazorpay('s2', bytes, signature), false);
  assert.equal(isSignedByRazorpay('s1', bytes, undefined), false);
  assert.equal(isSignedByRazorpay('s1', Buffer.concat([bytes, Buffer.from(' ')]), signature), false);
});

test('an event tells the payment it is about', () => {
  const payload = { payment: { entity } };
  assert.deepEqual(parseRazorpayEvent(body('payment.captured', payload)), { kind: 'payment_captured', payment });
  assert.deepEqual(parseRazorpayEvent(body('order.paid', payload)), { kind: 'order_paid', payment });
  assert.deepEqual(parseRazorpayEvent(body('payment.failed', payload)), {
    kind: 'payment_failed',
    payment,
    reason: 'payment_declined',
  });
});

test('a reason is cut to what is kept of it', () => {
  const wordy = { ...entity, error_reason: `बैंक ${'x'.repeat(100)}` };
  const event = parseRazorpayEvent(body('payment.failed', { payment: { entity: wordy } }));
  assert.ok(event?.kind === 'payment_failed');
  assert.match(event.reason, /^_+x+$/);
  assert.equal(event.reason.length, 64);
});

test('a refund tells whether it succeeded', () => {
  const payload = { refund: { entity: { id: 'rfnd_1', payment_id: 'pay_1', amount: 100, receipt: 'r.1' } } };
  const refund = { kind: 'refund', refundId: 'rfnd_1', receipt: 'r.1', paymentId: 'pay_1', amount: 100 };
  assert.deepEqual(parseRazorpayEvent(body('refund.processed', payload)), { ...refund, succeeded: true });
  assert.deepEqual(parseRazorpayEvent(body('refund.failed', payload)), { ...refund, succeeded: false });
});

test('an event of another kind is told by its name', () => {
  assert.deepEqual(parseRazorpayEvent(body('payment.authorized', {})), { kind: 'other', name: 'payment.authorized' });
});

test('what is no event, or lacks what its name promises, is undefined', () => {
  const fraction = { payment: { entity: { ...entity, amount: 0.5 } } };
  for (const text of ['', '[]', '{"entity":"order"}', body('payment.captured', {}), body('order.paid', fraction)]) {
    assert.equal(parseRazorpayEvent(text), undefined);
  }
});
