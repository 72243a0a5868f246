import { DomainError } from '@doffers/errors';
import { microRupees, type Paise, paise, sumPaise, type TaxAmounts, totalTax } from '@doffers/money';
import { type Invoice, type InvoiceDraft, quoted } from './invoice.ts';

/** An advance that goes back to who paid it, with the tax that the ledger gives back: one `refundId` is one voucher. */
export type AdvanceRefund = { readonly refundId: string; readonly amount: Paise; readonly taxes: TaxAmounts };

function refundSource({ refundId }: Pick<AdvanceRefund, 'refundId'>): string {
  return `refund/${refundId}`;
}

/**
 * The refund voucher of an advance (Rule 51), which quotes its receipt voucher. It states the tax of the refund as it was
 * booked, and computes none: what is computed twice can differ.
 *
 * @throws DomainError `NOT_AN_ADVANCE`, `EXCEEDS_ADVANCE`
 */
export function refundVoucher(
  receipt: Invoice,
  earlier: readonly Invoice[],
  { refundId, amount, taxes }: AdvanceRefund,
): InvoiceDraft {
  if (receipt.kind !== 'receipt_voucher') throw notAnAdvance();
  const before = sumPaise(earlier.map(({ total }) => total));
  const left = paise(receipt.total - before);
  if (amount <= 0 || amount > left) throw exceedsAdvance(left);
  const taxable = paise(amount - totalTax(taxes));
  const amounts = { discount: paise(0), taxable, taxes };
  const rate = microRupees(taxable * 10_000);
  const sac = receipt.lines[0]?.sac ?? '';
  return {
    kind: 'refund_voucher',
    shopId: receipt.shopId,
    source: refundSource({ refundId }),
    supply: receipt.supply,
    lines: [{ description: 'Advance paid back', sac, quantity: 1, rate, ...amounts }],
    ...amounts,
    roundOff: paise(0),
    total: amount,
    original: quoted(receipt),
  };
}

/** Where topping up is a taxed sale, taking part of it back is a matter for the accountant. */
export function notAnAdvance(): DomainError {
  const message = 'only an advance is paid back by a refund voucher; this was invoiced as a sale of ad credits';
  return new DomainError('failed_precondition', 'NOT_AN_ADVANCE', message);
}

function exceedsAdvance(left: Paise): DomainError {
  const message = 'this is more than is left of the advance';
  return new DomainError('failed_precondition', 'EXCEEDS_ADVANCE', message, { info: { paiseLeft: `${left}` } });
}
