import { type CreditRequest, creditJournal, creditNote, creditSource } from '../domain/credit-note.ts';
import { documentIssued } from '../domain/events.ts';
import { type Invoice, invoiceNotFound } from '../domain/invoice.ts';
import type { InvoiceDeps } from './invoice-deps.ts';

type Deps = Pick<InvoiceDeps, 'inTransaction' | 'newId' | 'now'>;

/**
 * Credits a tax invoice: the credit note with its number, the journal that gives the money back, and the announcement
 * that starts the note's workflow are one transaction. A repeated request id answers the note that it was given.
 *
 * The invoice stays locked meanwhile, so that two notes are never computed from the same rest.
 *
 * @throws DomainError `INVOICE_NOT_FOUND`, `NOT_CREDITABLE`, `CREDIT_NOTE_TOO_LATE`, `INVOICE_LINE_UNKNOWN`,
 * `EXCEEDS_INVOICE`, `IDEMPOTENCY_KEY_REUSED`
 */
export function creditInvoice({ inTransaction, newId, now }: Deps, request: CreditRequest): Promise<Invoice> {
  return inTransaction(async ({ invoices, ledger, wallets, events }) => {
    const original = await invoices.lock(request.invoiceId);
    if (original === undefined) throw invoiceNotFound();
    const earlier = await invoices.findFor(creditSource(request), request);
    if (earlier !== undefined) return earlier;

    const at = now();
    const draft = creditNote(original, await invoices.listByOriginal(original.id), request, at);
    const note = await invoices.issue(draft, { id: newId(), at, request });
    await ledger.post(creditJournal(note, original), at);
    await events.append(documentIssued('credit-note', note));
    if (!(await wallets.change(note.shopId, { postedCash: note.total }, at))) {
      throw new Error(`shop ${note.shopId} was invoiced but has no wallet`);
    }
    return note;
  });
}
