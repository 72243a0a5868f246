import { billInvoice, billNotFound } from '../domain/bill.ts';
import type { Invoice } from '../domain/invoice.ts';
import type { InvoiceDeps } from './invoice-deps.ts';
import { issueOnce } from './issue-once.ts';

/**
 * Issues the tax invoice of a paid bill of a subscription; undefined when there was nothing to pay.
 *
 * @throws DomainError `BILL_NOT_FOUND`, `BILL_PENDING`
 */
export function finaliseSubscriptionInvoice(
  deps: Pick<InvoiceDeps, 'inTransaction' | 'newId' | 'now'>,
  billId: string,
): Promise<Invoice | undefined> {
  return issueOnce(deps, async ({ bills }) => {
    const bill = await bills.lock(billId);
    if (bill === undefined) throw billNotFound();
    return billInvoice(bill);
  });
}
