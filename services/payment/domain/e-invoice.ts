import { istDay } from '@doffers/calendar';
import type { Invoice, InvoiceKind } from './invoice.ts';

/** What the Invoice Registration Portal has answered for a document. */
export type EInvoice = {
  /** Invoice Reference Number: 64 hex digits. */
  readonly irn: string;
  readonly acknowledgement: string;
  /** In India, as the portal writes it: `2026-11-24 10:00:00`. */
  readonly acknowledgedAt: string;
  /** The signed text of the QR code. */
  readonly signedQr: string;
};

/** The portal's names of what it registers. Vouchers of advances and usage statements it does not know. */
const types: Readonly<Partial<Record<InvoiceKind, 'INV' | 'CRN'>>> = { tax_invoice: 'INV', credit_note: 'CRN' };

export function documentType({ kind }: Pick<Invoice, 'kind'>): 'INV' | 'CRN' | undefined {
  return types[kind];
}

/** Whether the portal takes a document: invoices and credit notes to registered recipients, and nothing else. */
export function isRegistrable(document: Pick<Invoice, 'kind' | 'supply'>): boolean {
  return documentType(document) !== undefined && document.supply.recipient.gstin !== '';
}

/** Whether a document must be registered when e-invoicing began on a day such as `2026-04-01`. */
export function mustBeRegistered(document: Invoice, beganOn: string): boolean {
  return isRegistrable(document) && istDay(document.issuedAt) >= beganOn;
}
