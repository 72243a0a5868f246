import { type EInvoice, mustBeRegistered } from '../domain/e-invoice.ts';
import { type EInvoiceJson, eInvoiceJson } from '../domain/e-invoice-json.ts';
import { type Invoice, invoiceNotFound } from '../domain/invoice.ts';
import type { InvoiceDeps } from './invoice-deps.ts';

type Deps = Pick<InvoiceDeps, 'books' | 'eInvoicing' | 'now'>;

/**
 * Registers a document at the portal where the law wants it, once: a repetition after a crash answers what the portal
 * gave before. Undefined where e-invoicing is off, had not begun, or does not know such documents.
 *
 * @throws DomainError `INVOICE_NOT_FOUND`, `E_INVOICE_PORTAL_UNAVAILABLE`, `E_INVOICE_REFUSED`, `ADDRESS_WITHOUT_PIN`
 */
export async function registerInvoice(
  { books, eInvoicing, now }: Deps,
  invoiceId: string,
): Promise<{ readonly invoice: Invoice; readonly eInvoice: EInvoice | undefined }> {
  const invoice = await books.invoices.find(invoiceId);
  if (invoice === undefined) throw invoiceNotFound();
  const known = (await books.eInvoices.find([invoiceId])).get(invoiceId);
  if (known !== undefined || eInvoicing === undefined || !mustBeRegistered(invoice, eInvoicing.beganOn)) {
    return { invoice, eInvoice: known };
  }
  const answered = await eInvoicing.registry.register(eInvoiceJson(invoice));
  await books.eInvoices.save(invoiceId, answered, now());
  return { invoice, eInvoice: (await books.eInvoices.find([invoiceId])).get(invoiceId) };
}

/**
 * A document in the portal's schema, for whoever uploads it there by hand.
 *
 * @throws DomainError `INVOICE_NOT_FOUND`, `NOT_AN_E_INVOICE`, `ADDRESS_WITHOUT_PIN`
 */
export async function getEInvoiceJson({ books }: Pick<Deps, 'books'>, invoiceId: string): Promise<EInvoiceJson> {
  const invoice = await books.invoices.find(invoiceId);
  if (invoice === undefined) throw invoiceNotFound();
  return eInvoiceJson(invoice);
}
