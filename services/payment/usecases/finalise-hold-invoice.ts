import { holdNotFound, isPlaced } from '../domain/hold.ts';
import { holdInvoice, type Invoice } from '../domain/invoice.ts';
import type { InvoiceDeps } from './invoice-deps.ts';
import { issueOnce } from './issue-once.ts';

/**
 * Issues the tax invoice of a closed hold; undefined when no cash was captured, the hold was never placed, or its shop
 * wants one invoice a month, which it then waits for.
 *
 * @throws DomainError `HOLD_NOT_FOUND`, `HOLD_OPEN`
 */
export function finaliseHoldInvoice(
  deps: Pick<InvoiceDeps, 'inTransaction' | 'newId' | 'now'>,
  holdKey: string,
): Promise<Invoice | undefined> {
  return issueOnce(deps, async ({ holds, monthlyHolds, invoices }) => {
    const hold = await holds.lock(holdKey);
    if (hold === undefined) throw holdNotFound();
    const draft = isPlaced(hold) ? holdInvoice(hold) : undefined;
    // How it is invoiced is decided once, however the shop's wish changes.
    if (draft === undefined || (await invoices.findBySource(holdKey)) !== undefined) return draft;
    if ((await monthlyHolds.find(hold.id)) !== undefined) return undefined;
    if (!(await monthlyHolds.settingsOf(hold.shopId)).monthly) return draft;
    await monthlyHolds.add(hold, deps.now());
    return undefined;
  });
}
