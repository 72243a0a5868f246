import type { Invoice, InvoiceDraft } from '../domain/invoice.ts';
import type { Books } from '../repositories/books.ts';
import type { InvoiceDeps } from './invoice-deps.ts';

type Deps<B> = Pick<InvoiceDeps, 'newId' | 'now'> & {
  readonly inTransaction: <T>(work: (books: B) => Promise<T>) => Promise<T>;
};

/**
 * Issues the document of a source, or answers the one that it has. `draft` must lock the source before it reads it, so
 * that of two calls the second finds the first one's document; it answers undefined when there is nothing to document.
 */
export function issueOnce<B extends Pick<Books, 'invoices'>>(
  { inTransaction, newId, now }: Deps<B>,
  draft: (books: B) => Promise<InvoiceDraft | undefined>,
): Promise<Invoice | undefined> {
  return inTransaction(async (books) => {
    const drafted = await draft(books);
    if (drafted === undefined) return undefined;
    const issued = await books.invoices.findBySource(drafted.source);
    return issued ?? books.invoices.issue(drafted, { id: newId(), at: now() });
  });
}
