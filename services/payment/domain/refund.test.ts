import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Paise, paise, totalTax } from '@doffers/money';
import fc from 'fast-check';
import { anInvoice } from '../test/invoices.ts';
import { advanceTerms, aPayment, aTopup } from '../test/topups.ts';
import type { Invoice } from './invoice.ts';
import {
  nextAttempt,
  type Refund,
  receiptOf,
  refundOfCredit,
  refundOfPayment,
  refundOfReceipt,
  refundPaid,
  refundRequested,
  reported,
} from './refund.ts';
import type { Topup } from './topup.ts';
import { topupCredit } from './topup-credit.ts';
import { topupDocument } from './topup-document.ts';

const at = new Date('2026-11-23T07:00:00Z');
const about = { id: '019ab000-0000-7000-8000-0000000000f1', requestedAt: at };
const credited = aTopup({ payment: { id: 'pay_1', creditedAt: at } });
const receiptFor = (topup: Topup): Invoice => ({
  ...topupDocument(topup, anInvoice().supply, advanceTerms()),
  id: 'receipt',
  number: 'DRV/2627/000001',
  issuedAt: at,
});
const ofCredit = (amount: Paise, refundedBefore = paise(0), topup = credited): Refund =>
  refundOfCredit(topup, { amount, requestId: 'r1', refundedBefore }, { ...about, receipt: receiptFor(topup) });
const ofPayment = refundOfPayment(aPayment({ id: 'pay_2' }), 'second_payment', { ...about, topup: credited });

describe('a refund of unused credit', () => {
  it('takes the credit and the tax that was booked on it back, and owes the money', () => {
    const { lines } = refundRequested(ofCredit(paise(5_000_00)));
    const booked = topupCredit(credited, advanceTerms()).lines;
    for (const { account, debit, credit } of booked) {
      if (account.code === 'GATEWAY_CLEARING') continue;
      const mirrored = lines.find((line) => line.account.code === account.code);
      assert.deepEqual([mirrored?.debit, mirrored?.credit], [credit, debit], account.code);
    }
    assert.equal(lines.find(({ account }) => account.code === 'REFUND_PAYABLE')?.credit, 5_000_00);
  });

  it('in parts gives back the tax of the whole, to the paisa, whatever the parts', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 50_000 }), { minLength: 1, maxLength: 12 }), (parts) => {
        const topup = { ...credited, amount: paise(parts.reduce((sum, part) => sum + part, 0)) };
        let before = paise(0);
        let taxes = 0;
        for (const part of parts) {
          taxes += totalTax(ofCredit(paise(part), before, topup).taxes);
          before = paise(before + part);
        }
        const booked = topupCredit(topup, advanceTerms()).lines.find(({ account }) => account.code === 'ADVANCE_TAX');
        assert.equal(taxes, booked?.debit ?? 0);
      }),
    );
  });

  it('is refused beyond the top-up, and for one that was not paid', () => {
    assert.throws(() => ofCredit(paise(1), paise(5_000_00)), { reason: 'REFUND_EXCEEDS_TOPUP' });
    assert.throws(() => ofCredit(paise(1), paise(0), aTopup()), { reason: 'TOPUP_NOT_CREDITED' });
  });
});

describe('a refund of a payment', () => {
  it('moves no wallet, and clears what it owed when it is paid', () => {
    const moved = [...refundRequested(ofPayment).lines, ...refundPaid(ofPayment).lines];
    const balances = Map.groupBy(moved, ({ account }) => account.code);
    assert.deepEqual(new Set(balances.keys()), new Set(['GATEWAY_CLEARING', 'REFUND_PAYABLE']));
    for (const lines of balances.values()) {
      assert.equal(
        lines.reduce((sum, { debit, credit }) => sum + debit - credit, 0),
        0,
      );
    }
  });

  it('is known by its receipt, which the gateway takes', () => {
    const receipt = receiptOf({ ...about, attempt: 12 });
    assert.ok(receipt.length <= 40);
    assert.deepEqual(refundOfReceipt(receipt), { id: about.id, attempt: 12 });
    for (const other of ['', 'refund', `${about.id}.0`, `${about.id}.1.2`])
      assert.equal(refundOfReceipt(other), undefined);
  });
});

describe('what is reported of a refund', () => {
  const report = (attempt: number, state: Refund['state']) => ({ attempt, gatewayRefundId: `rfnd_${attempt}`, state });
  const apply = (refund: Refund, ...reports: ReturnType<typeof report>[]) =>
    reports.reduce((stands, next) => reported(stands, next, at) ?? stands, refund);

  it('says how it stands, whichever report comes first', () => {
    const processed = apply(ofPayment, report(1, 'processed'));
    assert.deepEqual([processed.state, processed.settledAt, processed.gatewayRefundId], ['processed', at, 'rfnd_1']);
    assert.deepEqual(apply(ofPayment, report(1, 'requested'), report(1, 'processed')), processed);
    assert.deepEqual(apply(processed, report(1, 'requested'), report(1, 'failed')), processed);
    assert.equal(reported(processed, report(1, 'processed'), at), undefined);
  });

  it('of an attempt that was given up does not touch the current one', () => {
    const failed = apply(ofPayment, report(1, 'failed'));
    const again = nextAttempt(failed, 2);
    assert.deepEqual([again?.state, again?.attempt, again?.gatewayRefundId], ['requested', 2, undefined]);
    assert.equal(again && reported(again, report(1, 'failed'), at), undefined);
    assert.equal(again && nextAttempt(again, 2), undefined, 'one attempt has one number');
    assert.equal(nextAttempt(apply(ofPayment, report(1, 'processed')), 2), undefined);
  });
});
