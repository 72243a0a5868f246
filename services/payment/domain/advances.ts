import type { Paise } from '@doffers/money';
import { type Invoice, type Original, quoted } from './invoice.ts';

/** A shop's receipt vouchers in the order of their numbers, and how much of them all was used or paid back. */
export type Advances = { readonly used: Paise; readonly receipts: readonly Invoice[] };

/** How many receipts an invoice quotes; a larger number says nothing to a reader. */
const quotesAtMost = 5;

/**
 * The receipt vouchers whose money pays the next `total`: first paid in, first used. Fewer than it takes when the
 * voucher of the newest payment has no number yet.
 */
export function payingReceipts({ used, receipts }: Advances, total: Paise): readonly Original[] {
  const quotes: Original[] = [];
  let paidIn = 0;
  for (const receipt of receipts) {
    const from = paidIn;
    paidIn += receipt.total;
    if (paidIn > used && from < used + total) quotes.push(quoted(receipt));
  }
  return quotes.slice(0, quotesAtMost);
}
