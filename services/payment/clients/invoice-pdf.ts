import type { EInvoice } from '../domain/e-invoice.ts';
import type { Invoice } from '../domain/invoice.ts';
import { createPages } from './pdf/page.ts';
import { drawTaxDocument } from './pdf/tax-document.ts';

/**
 * Draws documents as PDF. The same document with the same registration always gives the same bytes.
 *
 * @param upiId where unpaid invoices are paid to; empty prints no code to scan
 */
export function createInvoiceRenderer({
  upiId = '',
} = {}): (invoice: Invoice, eInvoice?: EInvoice) => Promise<Uint8Array> {
  const pages = createPages();
  return (invoice, eInvoice) => {
    const about = { title: invoice.number, author: invoice.supply.supplier.name, at: invoice.issuedAt };
    return pages(about, (pdf) => drawTaxDocument(pdf, invoice, { eInvoice, upiId }));
  };
}
