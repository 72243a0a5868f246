import { refundEvent } from '../domain/events.ts';
import { type Refund, refundRequested } from '../domain/refund.ts';
import type { Books } from '../repositories/books.ts';

/**
 * Owes money to the source of a payment, once per source: the row, its journal and the announcement that makes a
 * workflow pay it. Call it within a transaction; what it takes from a wallet is left to the caller, who does that last.
 */
export async function requestRefund(
  { refunds, ledger, events }: Pick<Books, 'refunds' | 'ledger' | 'events'>,
  refund: Refund,
): Promise<{ readonly refund: Refund; readonly isNew: boolean }> {
  const stored = await refunds.createOnce(refund);
  if (stored.id !== refund.id) return { refund: stored, isNew: false };
  await ledger.post(refundRequested(refund), refund.requestedAt);
  await events.append(refundEvent('refund.requested', refund));
  return { refund, isNew: true };
}
