import { type Invoice, type InvoicePdf, invoiceNotFound } from '../domain/invoice.ts';
import type { InvoiceDeps } from './invoice-deps.ts';
import { pdfKey } from './pdf-key.ts';

/**
 * Draws the PDF of a document, stores it and remembers its hash. Whatever dies in between, doing it again stores the
 * same bytes under the same key.
 *
 * @throws DomainError `INVOICE_NOT_FOUND`
 */
export async function storeInvoicePdf(
  { books, storage, renderPdf, now }: Pick<InvoiceDeps, 'books' | 'storage' | 'renderPdf' | 'now'>,
  invoiceId: string,
): Promise<{ readonly invoice: Invoice; readonly pdf: InvoicePdf }> {
  const invoice = await books.invoices.find(invoiceId);
  if (invoice === undefined) throw invoiceNotFound();
  const known = (await books.invoices.findPdfs([invoiceId])).get(invoiceId);
  if (known !== undefined) return { invoice, pdf: known };
  const body = await renderPdf(invoice, (await books.eInvoices.find([invoiceId])).get(invoiceId));
  await storage.ensureBucket();
  const { sha256 } = await storage.put(pdfKey(invoice), body, { contentType: 'application/pdf' });
  const pdf = { bytes: body.length, sha256 };
  await books.invoices.savePdf(invoiceId, pdf, now());
  return { invoice, pdf };
}
