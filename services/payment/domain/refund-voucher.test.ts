import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Paise, paise, sumPaise, type TaxAmounts } from '@doffers/money';
import fc from 'fast-check';
import { anInvoice } from '../test/invoices.ts';
import { advanceTerms, aTopup } from '../test/topups.ts';
import type { Invoice } from './invoice.ts';
import { refundOfCredit } from './refund.ts';
import { refundVoucher } from './refund-voucher.ts';
import { topupDocument } from './topup-document.ts';

const at = new Date('2026-12-01T06:00:00Z');
const none: TaxAmounts = { cgst: paise(0), sgst: paise(0), igst: paise(0) };
const credited = aTopup({ payment: { id: 'pay_1', creditedAt: at } });

/** The receipt of ₹5,000 at a place of supply. */
function aReceipt(placeOfSupply = '29'): Invoice {
  const draft = topupDocument({ ...credited, placeOfSupply }, anInvoice().supply, advanceTerms());
  return { ...draft, id: 'receipt', number: 'DRV/2627/000001', issuedAt: at };
}

/** The tax that the ledger books for a refund. */
function bookedOn(receipt: Invoice, amount: Paise, refundedBefore: Paise): TaxAmounts {
  const asked = { amount, requestId: 'r', refundedBefore };
  return refundOfCredit(credited, asked, { id: 'r', requestedAt: at, receipt }).taxes;
}

function refunded(receipt: Invoice, ...amounts: number[]): Invoice[] {
  const vouchers: Invoice[] = [];
  for (const [n, part] of amounts.entries()) {
    const amount = paise(part);
    const taxes = bookedOn(receipt, amount, sumPaise(vouchers.map(({ total }) => total)));
    const draft = refundVoucher(receipt, vouchers, { refundId: `r${n}`, amount, taxes });
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

  it('states the tax that was booked, also where it would come to another one itself', () => {
    const taxes = { ...none, igst: paise(15_26) };
    const voucher = refundVoucher(aReceipt(), [], { refundId: 'r', amount: paise(100_00), taxes });
    assert.deepEqual([voucher.taxes, voucher.taxable, voucher.total], [taxes, 84_74, 100_00]);
  });

  it('is refused beyond the advance, and for what is no advance', () => {
    const voucher = (receipt: Invoice, earlier: readonly Invoice[], amount: number) => () =>
      refundVoucher(receipt, earlier, { refundId: 'r', amount: paise(amount), taxes: none });
    const receipt = aReceipt();
    assert.throws(voucher(receipt, refunded(receipt, 4_000_00), 1_000_01), { reason: 'EXCEEDS_ADVANCE' });
    assert.throws(voucher(receipt, [], 0), { reason: 'EXCEEDS_ADVANCE' });
    assert.throws(voucher(anInvoice(), [], 1_00), { reason: 'NOT_AN_ADVANCE' });
  });
});
