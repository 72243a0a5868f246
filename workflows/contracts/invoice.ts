import { defineSignal } from './definitions.ts';

/**
 * What a document is for. The key is the hold's, or the id of the top-up, the purchase, or a subscription's bill. A credit
 * note, the voucher of a refund and the invoice of a month's campaigns are issued before: their key is their own id.
 */
export type InvoiceSource = {
  readonly kind: 'campaign' | 'topup' | 'pack-purchase' | 'subscription' | 'credit-note' | 'refund' | 'campaigns';
  readonly key: string;
};

export type InvoiceInput = { readonly source: InvoiceSource; readonly shopId: string };
/** `none`: there was nothing to bill. */
export type InvoiceResult = { readonly outcome: 'delivered' | 'none'; readonly invoiceId?: string };

/**
 * Sent to the workflow that asked for the document as soon as it has its number; without an id when there is nothing to
 * bill now, such as a campaign that waits for the invoice of its month.
 */
export const invoicedSignal = defineSignal<[{ readonly invoiceId?: string }]>('invoiced');

export const invoiceWorkflow = 'invoiceWorkflow';
export type InvoiceWorkflow = (input: InvoiceInput) => Promise<InvoiceResult>;
