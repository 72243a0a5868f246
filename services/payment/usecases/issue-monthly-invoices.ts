import { documentIssued } from '../domain/events.ts';
import { isPlaced } from '../domain/hold.ts';
import type { Invoice } from '../domain/invoice.ts';
import { dueBefore, monthlyInvoices, type WaitingHold } from '../domain/monthly-invoice.ts';
import type { Books } from '../repositories/books.ts';
import type { InvoiceDeps } from './invoice-deps.ts';

type MonthlyBooks = Pick<Books, 'monthlyHolds' | 'holds' | 'invoices' | 'events'>;
type Deps = Pick<InvoiceDeps, 'newId' | 'now'> & {
  readonly books: Pick<Books, 'monthlyHolds'>;
  readonly inTransaction: <T>(work: (books: MonthlyBooks) => Promise<T>) => Promise<T>;
};

/**
 * Issues the monthly invoices of one page of shops, when it is time. A shop's invoices, which holds are on them, and
 * their announcements are one transaction: whatever dies, each hold is invoiced once. What goes wrong for one shop is
 * answered and holds up no other one, on this page or a later one: its holds still wait.
 */
export async function issueMonthlyInvoices(
  deps: Deps,
  { limit, after }: { readonly limit: number; readonly after?: string | undefined },
): Promise<{ readonly issued: number; readonly last: string | undefined; readonly failures: readonly string[] }> {
  const before = dueBefore(deps.now());
  const shops = await deps.books.monthlyHolds.listShops({ before, limit, after });
  const failures: string[] = [];
  let issued = 0;
  for (const shopId of shops) {
    try {
      issued += (await issueFor(deps, shopId, before)).length;
    } catch (error) {
      failures.push(`shop ${shopId}: ${String(error).slice(0, 300)}`);
    }
  }
  return { issued, last: shops.length < limit ? undefined : shops.at(-1), failures };
}

function issueFor({ inTransaction, newId, now }: Deps, shopId: string, before: Date): Promise<readonly Invoice[]> {
  return inTransaction(async (books) => {
    const { monthlyHolds, invoices, events } = books;
    const issued: Invoice[] = [];
    for (const { draft, holdIds } of monthlyInvoices(await lockWaiting(books, shopId, before))) {
      const invoice = await invoices.issue(draft, { id: newId(), at: now() });
      if ((await monthlyHolds.bill(holdIds, invoice.id)) !== holdIds.length) {
        throw new Error(`holds of ${shopId} were invoiced twice`);
      }
      await events.append(documentIssued('campaigns', invoice));
      issued.push(invoice);
    }
    return issued;
  });
}

/** Holds are locked first, as whoever finalises or takes back one of them does; then it is known which still wait. */
async function lockWaiting(
  { monthlyHolds, holds }: MonthlyBooks,
  shopId: string,
  before: Date,
): Promise<readonly WaitingHold[]> {
  const waiting: WaitingHold[] = [];
  for (const { key, closedAt } of await monthlyHolds.listWaiting(shopId, before)) {
    const hold = await holds.lock(key);
    if (hold === undefined || !isPlaced(hold)) continue;
    const found = await monthlyHolds.find(hold.id);
    if (found !== undefined && found.invoiceId === undefined) waiting.push({ hold, closedAt });
  }
  return waiting;
}
