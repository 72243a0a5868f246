import { documentIssued } from '../domain/events.ts';
import type { Invoice } from '../domain/invoice.ts';
import { type AdvanceRefund, refundVoucher } from '../domain/refund-voucher.ts';
import type { Books } from '../repositories/books.ts';

/**
 * Issues the voucher of an advance that is paid back, and announces it so that its PDF is made. Call it within the
 * transaction that books the refund, with the top-up locked: all vouchers together are at most the receipt.
 *
 * @throws DomainError `NOT_AN_ADVANCE`, `EXCEEDS_ADVANCE`
 */
export async function issueRefundVoucher(
  { invoices, events }: Pick<Books, 'invoices' | 'events'>,
  receipt: Invoice,
  refund: AdvanceRefund,
  about: { readonly id: string; readonly at: Date },
): Promise<void> {
  const draft = refundVoucher(receipt, await invoices.listByOriginal(receipt.id), refund);
  await events.append(documentIssued('refund', await invoices.issue(draft, about)));
}
