import { topupEvent } from '../domain/events.ts';
import { type BreakKind, judgePayment, type Payment } from '../domain/payment.ts';
import { refundOfPayment } from '../domain/refund.ts';
import type { Topup } from '../domain/topup.ts';
import { creditOf, topupCredit } from '../domain/topup-credit.ts';
import type { Books } from '../repositories/books.ts';
import { requestRefund } from './request-refund.ts';
import type { TaxTerms } from './tax-terms.ts';

type Deps = {
  /** The books within one transaction. */
  readonly books: Pick<Books, 'ledger' | 'wallets' | 'topups' | 'mandates' | 'refunds' | 'breaks' | 'events'>;
  readonly advanceTerms: TaxTerms['advanceTerms'];
  readonly newId: () => string;
  readonly now: () => Date;
};

/** What became of a payment. */
export type PaymentOutcome = 'credited' | 'known' | 'second_payment' | BreakKind;

/**
 * Credits a payment to the wallet it is meant for, once, however often and in whatever order it is reported. A second
 * payment of an order goes back by itself; what does not add up is recorded for a person and moves nothing.
 */
export async function applyPayment(deps: Deps, payment: Payment): Promise<PaymentOutcome> {
  const { topups, breaks } = deps.books;
  // Locked, so that two reports about one order are judged one after the other.
  const verdict = judgePayment(await topups.lockByOrder(payment.orderId), payment);
  switch (verdict.kind) {
    case 'credit':
      return credit(deps, verdict.topup, payment);
    case 'known':
      // A report without the mandate may have been the one that credited.
      await confirmMandate(deps, verdict.topup, payment);
      return 'known';
    case 'return':
      return sendBack(deps, verdict.topup, payment);
    case 'break':
      await breaks.record(verdict.why, payment, deps.now());
      return verdict.why;
  }
}

async function credit({ books, advanceTerms, now }: Deps, topup: Topup, payment: Payment): Promise<PaymentOutcome> {
  const at = now();
  const terms = await advanceTerms(topup.shopId, at);
  if ((await books.ledger.post(topupCredit(topup, terms), at)) === 'known') return 'known';
  await books.topups.setCredited(topup.id, { id: payment.id, creditedAt: at });
  await confirmMandate({ books }, topup, payment);
  await books.events.append(topupEvent('topup.credited', topup));
  if (!(await books.wallets.change(topup.shopId, { postedCash: creditOf(topup, terms) }, at))) {
    throw new Error(`shop ${topup.shopId} has a top-up but no wallet`);
  }
  return 'credited';
}

async function confirmMandate({ books }: Pick<Deps, 'books'>, topup: Topup, { tokenId }: Payment): Promise<void> {
  if (tokenId !== undefined) await books.mandates.confirm(topup.id, tokenId);
}

async function sendBack({ books, newId, now }: Deps, topup: Topup, payment: Payment): Promise<PaymentOutcome> {
  const refund = refundOfPayment(payment, 'second_payment', { id: newId(), requestedAt: now(), topup });
  return (await requestRefund(books, refund)).isNew ? 'second_payment' : 'known';
}
