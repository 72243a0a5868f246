import type { RazorpayClient } from '../clients/razorpay-client.ts';
import { type Topup, topupNotFound } from '../domain/topup.ts';
import type { Books } from '../repositories/books.ts';
import { applyPayment } from './apply-payment.ts';
import type { TaxTerms } from './tax-terms.ts';

type Deps = {
  readonly books: Pick<Books, 'topups'>;
  readonly inTransaction: <T>(work: (books: Books) => Promise<T>) => Promise<T>;
  readonly gateway: Pick<RazorpayClient, 'findOrderByReceipt' | 'listOrderPayments'>;
  readonly advanceTerms: TaxTerms['advanceTerms'];
  readonly newId: () => string;
  readonly now: () => Date;
};

/**
 * Asks the gateway what was paid for a top-up, since a webhook may be lost, and judges it as if it had been reported. An
 * order that was made but never stored is found by its receipt.
 *
 * @throws DomainError `TOPUP_NOT_FOUND`, `GATEWAY_UNAVAILABLE`
 */
export async function syncTopup(deps: Deps, topupId: string): Promise<Topup> {
  const { books, gateway, inTransaction } = deps;
  const found = await books.topups.find(topupId);
  if (found === undefined) throw topupNotFound();
  const orderId = found.orderId ?? (await gateway.findOrderByReceipt(topupId))?.id;
  if (orderId === undefined) return found; // never made, so nobody can have paid it
  const topup = await books.topups.setOrder(topupId, orderId);
  for (const { status, amountRefunded, reason: _declined, ...payment } of await gateway.listOrderPayments(
    topup.orderId ?? orderId,
  )) {
    // One that was refunded at the gateway is not here any more.
    if (status !== 'captured' || amountRefunded > 0) continue;
    await inTransaction((within) => applyPayment({ ...deps, books: within }, payment));
  }
  return (await books.topups.find(topupId)) ?? topup;
}
