import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { paise } from '@doffers/money';
import type { RazorpayEvent } from '../clients/razorpay-webhook.ts';
import { fakeBooks } from '../test/fake-books.ts';
import { advanceTerms, aPayment, aTopup } from '../test/topups.ts';
import { applyRazorpayEvent } from './apply-razorpay-event.ts';

const now = () => new Date('2026-11-23T06:05:00Z');
const payment = aPayment();
const refundId = '019ab000-0000-7000-8000-0000000000f1';

const setUp = () => {
  const { books, journals, topups, refunds, breaks, events } = fakeBooks(aTopup());
  const apply = (event: RazorpayEvent | undefined) =>
    applyRazorpayEvent(
      { books, advanceTerms: async () => advanceTerms(), newId: () => refundId, now, parse: () => event },
      '{}',
    );
  return { journals, topups, refunds, breaks, events, apply };
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

  it('notes why a payment was declined, and leaves the order open for another one', async () => {
    const { apply, journals, topups } = setUp();
    const declined = { kind: 'payment_failed', payment, reason: 'payment_declined' } as const;
    assert.equal(await apply(declined), 'declined');
    assert.equal(topups.get(aTopup().id)?.lastFailure, 'payment_declined');
    assert.equal(journals.size, 0);
    assert.equal(await apply({ kind: 'payment_captured', payment }), 'credited');
    assert.equal(await apply(declined), 'ignored', 'what was declined before does not matter now');
  });

  it('moves nothing for kinds that it does not know', async () => {
    const { apply, journals } = setUp();
    assert.equal(await apply({ kind: 'other', name: 'settlement.processed' }), 'ignored');
    assert.equal(journals.size, 0);
  });

  it('settles a refund by its report, once, also when that comes before the answer', async () => {
    const { apply, refunds, journals, events } = setUp();
    await apply({ kind: 'payment_captured', payment });
    await apply({ kind: 'payment_captured', payment: aPayment({ id: 'pay_2' }) });
    const about = { receipt: `${refundId}.1`, paymentId: 'pay_2', amount: payment.amount };
    const report = { kind: 'refund', refundId: 'rfnd_1', ...about, succeeded: true } as const;
    assert.equal(await apply(report), 'refund');
    assert.equal(await apply(report), 'refund');
    assert.equal(await apply({ ...report, succeeded: false }), 'refund', 'too late to fail');
    assert.equal(refunds.get(refundId)?.state, 'processed');
    assert.deepEqual([...journals.keys()].slice(-1), [`refund/${refundId}/paid`]);
    assert.equal(events.filter(({ topic }) => topic === 'refund.reported').length, 1);
  });

  it('records a refund that nobody here asked for', async () => {
    const { apply, breaks, journals } = setUp();
    const report = { kind: 'refund', paymentId: 'pay_1', amount: paise(1), succeeded: true } as const;
    assert.equal(await apply({ ...report, refundId: 'rfnd_1', receipt: '' }), 'unknown_refund');
    assert.equal(await apply({ ...report, refundId: 'rfnd_2', receipt: `${refundId}.1` }), 'unknown_refund');
    assert.deepEqual(
      breaks.map(({ about }) => about.id),
      ['rfnd_1', 'rfnd_2'],
    );
    assert.equal(journals.size, 0);
  });

  it('counts a signed body that it cannot read, and does not try it for ever', async () => {
    assert.equal(await setUp().apply(undefined), 'unreadable');
  });
});
