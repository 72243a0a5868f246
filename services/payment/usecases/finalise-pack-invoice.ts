import type { Invoice } from '../domain/invoice.ts';
import { packInvoice, purchaseNotFound } from '../domain/pack.ts';
import type { InvoiceDeps } from './invoice-deps.ts';
import { issueOnce } from './issue-once.ts';

/**
 * Issues the tax invoice of a completed purchase; undefined when the purchase failed.
 *
 * @throws DomainError `PURCHASE_NOT_FOUND`, `PURCHASE_PENDING`
 */
export function finalisePackInvoice(
  deps: Pick<InvoiceDeps, 'inTransaction' | 'newId' | 'now'>,
  purchaseId: string,
): Promise<Invoice | undefined> {
  return issueOnce(deps, async ({ packs }) => {
    const purchase = await packs.lock(purchaseId);
    if (purchase === undefined) throw purchaseNotFound();
    return packInvoice(purchase);
  });
}
