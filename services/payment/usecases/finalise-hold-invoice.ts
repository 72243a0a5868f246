import { holdNotFound, isPlaced } from '../domain/hold.ts';
import { holdInvoice, type Invoice } from '../domain/invoice.ts';
import type { InvoiceDeps } from './invoice-deps.ts';
import { issueOnce } from './issue-once.ts';

/**
 * Issues the tax invoice of a closed hold; undefined when no cash was captured, or the hold was never placed.
 *
 * @throws DomainError `HOLD_NOT_FOUND`, `HOLD_OPEN`
 */
export function finaliseHoldInvoice(
  deps: Pick<InvoiceDeps, 'inTransaction' | 'newId' | 'now'>,
  holdKey: string,
): Promise<Invoice | undefined> {
  return issueOnce(deps, async ({ holds }) => {
    const hold = await holds.lock(holdKey);
    if (hold === undefined) throw holdNotFound();
    return isPlaced(hold) ? holdInvoice(hold) : undefined;
  });
}
