import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { paise, sumPaise } from '@doffers/money';
import fc from 'fast-check';
import { anInvoice } from '../test/invoices.ts';
import { advanceTerms, aTopup } from '../test/topups.ts';
import type { Invoice } from './invoice.ts';
import { refundVoucher } from './refund-voucher.ts';
import { topupDocument } from './topup-document.ts';

const at = new Date('2026-12-01T06:00:00Z');

/** The receipt of ₹5,000 at a place of supply. */
function aReceipt(placeOfSupply = '29'): Invoice {
  const draft = topupDocument(aTopup({ placeOfSupply }), anInvoice().supply, advanceTerms());
  return { ...draft, id: 'receipt', number: 'DRV/2627/000001', issuedAt: at };
}

function refunded(receipt: Invoice, ...amounts: number[]): Invoice[] {
  const vouchers: Invoice[] = [];
  for (const [n, amount] of amounts.entries()) {
    const draft = refundVoucher(receipt, vouchers, { refundId: `r${n}`, amount: paise(amount) });
    vouchers.push({ ...draft, id: `${n}`, number: `DRF/2627/00000${n + 1}`, issuedAt: at });
  }
  return vouchers;
}

describe('the refund voucher of an advance', () => {
  it('quotes the receipt voucher and takes the tax out of the amount', () => {
    const [voucher] = refunded(aReceipt(), 5_000_00);
    assert.deepEqual(
      [voucher?.kind, voucher?.taxable, voucher?.taxes.igst, voucher?.total],
      ['refund_voucher', 4_237_29, 762_71, 5_000_00],
    );
    assert.deepEqual(voucher?.original, { id: 'receipt', number: 'DRV/2627/000001', issuedOn: '2026-12-01' });
    assert.equal(voucher?.source, 'refund/r0');
  });

  it('reaches the taxes of the receipt to the paisa, in however many parts', () => {
    // The smallest refund is ₹1: within a paisa or two, rounding alone could move more tax than amount.
    const parts = fc.array(fc.integer({ min: 100, max: 100_000 }), { maxLength: 8 });
    fc.assert(
      fc.property(parts, fc.constantFrom('27', '29'), (amounts, state) => {
        const receipt = aReceipt(state);
        const some: number[] = [];
        for (const amount of amounts)
          if (some.reduce((a, b) => a + b, amount) <= receipt.total - 100) some.push(amount);
        const rest = receipt.total - some.reduce((a, b) => a + b, 0);
        const vouchers = refunded(receipt, ...some, rest);
        assert.ok(vouchers.every(({ taxable }) => taxable > 0));
        for (const tax of ['cgst', 'sgst', 'igst'] as const) {
          assert.equal(sumPaise(vouchers.map(({ taxes }) => taxes[tax])), receipt.taxes[tax]);
        }
      }),
    );
  });

  it('is refused beyond the advance, and for what is no advance', () => {
    assert.throws(() => refunded(aReceipt(), 4_000_00, 1_000_01), { reason: 'EXCEEDS_ADVANCE' });
    assert.throws(() => refunded(aReceipt(), 0), { reason: 'EXCEEDS_ADVANCE' });
    assert.throws(() => refunded(anInvoice(), 1_00), { reason: 'NOT_AN_ADVANCE' });
  });
});
