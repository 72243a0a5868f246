import { DomainError } from '@doffers/errors';
import { type Actor, actForShop, actsFor } from '@doffers/ownership';
import type { EInvoice } from '../domain/e-invoice.ts';
import { type Invoice, type InvoicePdf, invoiceNotFound } from '../domain/invoice.ts';
import type { InvoiceQuery } from '../repositories/invoice-repository.ts';
import type { InvoiceDeps } from './invoice-deps.ts';
import { pdfKey } from './pdf-key.ts';

type Deps = Pick<InvoiceDeps, 'books' | 'shopAccess'>;

/** A document, its PDF once that is stored, and its registration where it needs one and has it. */
export type ReadInvoice = {
  readonly invoice: Invoice;
  readonly pdf: InvoicePdf | undefined;
  readonly eInvoice: EInvoice | undefined;
};

/**
 * Lists a shop's documents, newest first, for its owner and admins.
 *
 * @throws DomainError `SHOP_NOT_FOUND`
 */
export async function listInvoices(
  { books, shopAccess }: Deps,
  actor: Actor,
  query: InvoiceQuery,
): Promise<readonly ReadInvoice[]> {
  await actForShop(shopAccess, actor, query.shopId);
  const invoices = await books.invoices.list(query);
  const ids = invoices.map(({ id }) => id);
  const pdfs = await books.invoices.findPdfs(ids);
  const registered = await books.eInvoices.find(ids);
  return invoices.map((invoice) => ({
    invoice,
    pdf: pdfs.get(invoice.id),
    eInvoice: registered.get(invoice.id),
  }));
}

/**
 * Reads a document, for the owner of its shop and admins.
 *
 * @throws DomainError `INVOICE_NOT_FOUND`, also for another shop's
 */
export async function getInvoice({ books, shopAccess }: Deps, actor: Actor, id: string): Promise<ReadInvoice> {
  const invoice = await books.invoices.find(id);
  if (invoice === undefined || !actsFor(actor, (await shopAccess(invoice.shopId)).ownerId)) throw invoiceNotFound();
  const pdf = (await books.invoices.findPdfs([id])).get(id);
  return { invoice, pdf, eInvoice: (await books.eInvoices.find([id])).get(id) };
}

/**
 * Reads the stored PDF of a document, byte for byte as it was stored.
 *
 * @throws DomainError `INVOICE_NOT_FOUND`, `INVOICE_PDF_PENDING`; Error when the stored bytes are others
 */
export async function getInvoicePdf(
  deps: Deps & Pick<InvoiceDeps, 'storage'>,
  actor: Actor,
  id: string,
): Promise<{ readonly invoice: Invoice; readonly body: Uint8Array }> {
  const { invoice, pdf } = await getInvoice(deps, actor, id);
  if (pdf === undefined) {
    const message = 'the PDF is being made: try again in a moment';
    throw new DomainError('failed_precondition', 'INVOICE_PDF_PENDING', message, { retryAfterSeconds: 2 });
  }
  const { body, sha256 } = await deps.storage.get(pdfKey(invoice));
  if (sha256 !== pdf.sha256) throw new Error(`the stored PDF of ${invoice.number} is not the one that was made`);
  return { invoice, body };
}
