import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { paise } from '@doffers/money';
import type { RazorpayEvent } from '../clients/razorpay-webhook.ts';
import { fakeBooks } from '../test/fake-books.ts';
import { aPayment, aTopup } from '../test/topups.ts';
import { applyRazorpayEvent } from './apply-razorpay-event.ts';

const now = () => new Date('2026-11-23T06:05:00Z');
const payment = aPayment();

const setUp = () => {
  const { books, journals } = fakeBooks(aTopup());
  const apply = (event: RazorpayEvent | undefined) =>
    applyRazorpayEvent({ books, supplierState: '27', now, parse: () => event }, '{}');
  return { journals, apply };
};

describe('applyRazorpayEvent', () => {
  it('credits by whichever of the two events of a payment comes first, and only by that', async () => {
    for (const order of [
      ['payment_captured', 'order_paid'],
      ['order_paid', 'payment_captured'],
    ] as const) {
      const { apply, journals } = setUp();
      const [first, second] = order;
      assert.equal(await apply({ kind: first, payment }), 'credited');
      assert.equal(await apply({ kind: second, payment }), 'known');
      assert.equal(journals.size, 1);
    }
  });

  it('moves nothing for a failed payment, a refund and kinds that it does not know', async () => {
    const { apply, journals } = setUp();
    const refund = { refundId: 'rfnd_1', paymentId: payment.id, amount: paise(1), succeeded: true };
    assert.equal(await apply({ kind: 'payment_failed', payment, reason: 'payment_declined' }), 'ignored');
    assert.equal(await apply({ kind: 'refund', ...refund }), 'ignored');
    assert.equal(await apply({ kind: 'other', name: 'settlement.processed' }), 'ignored');
    assert.equal(journals.size, 0);
  });

  it('counts a signed body that it cannot read, and does not try it for ever', async () => {
    assert.equal(await setUp().apply(undefined), 'unreadable');
  });
});
