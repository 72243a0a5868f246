import { type Paise, paise } from '@doffers/money';
import type { InvoiceDraft, Original } from './invoice.ts';

/**
 * A shop's receipt vouchers in the order of their issue, each with what its own refund vouchers have left of it, and how
 * much of them all was used by invoices.
 */
export type Advances = {
  readonly used: Paise;
  readonly receipts: readonly (Original & { readonly left: Paise })[];
};

/** How many receipts an invoice quotes; a larger number says nothing to a reader. */
const quotesAtMost = 5;

/** Whether a document is paid from the wallet, so that it quotes the vouchers of the advances that pay it. */
export function isPaidFromAdvances({ kind, settlement }: Pick<InvoiceDraft, 'kind' | 'settlement'>): boolean {
  return kind === 'tax_invoice' && settlement === undefined;
}

/**
 * The receipt vouchers whose money pays the next `total`: first paid in, first used, and never what was paid back. Fewer
 * than it takes when the voucher of the newest payment has no number yet.
 */
export function payingReceipts({ used, receipts }: Advances, total: Paise): readonly Original[] {
  const quotes: Original[] = [];
  let paidIn = paise(0);
  for (const { left, ...receipt } of receipts) {
    const from = paidIn;
    paidIn = paise(paidIn + left);
    if (left > 0 && paidIn > used && from < used + total) quotes.push(receipt);
  }
  return quotes.slice(0, quotesAtMost);
}
