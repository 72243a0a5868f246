import { DomainError } from '@doffers/errors';
import { type Refund, refundOfPayment } from '../domain/refund.ts';
import type { RefundDeps } from './refund-deps.ts';
import { requestRefund } from './request-refund.ts';

/**
 * Sends a parked payment back whole: one that came for an order that we do not know, or in another amount than was asked
 * for. What it is worth is asked of the gateway, never taken from whoever reported it.
 *
 * @throws DomainError `PAYMENT_NOT_FOUND`, `PAYMENT_NOT_REFUNDABLE`, `GATEWAY_UNAVAILABLE`
 */
export async function refundPayment(deps: RefundDeps, paymentId: string): Promise<Refund> {
  const { books, gateway, newId, now } = deps;
  const earlier = await books.refunds.findBySource(`payment/${paymentId}`);
  if (earlier !== undefined) return earlier;
  const payment = await gateway.getPayment(paymentId);
  if (payment === undefined) {
    throw new DomainError('not_found', 'PAYMENT_NOT_FOUND', 'the payment gateway knows no such payment');
  }
  const isWhole = payment.status === 'captured' && payment.amountRefunded === 0 && payment.currency === 'INR';
  if (!isWhole) throw notRefundable('it was not captured in rupees, or was refunded at the gateway');
  return deps.inTransaction(async (within) => {
    const topup = await within.topups.lockByOrder(payment.orderId);
    if (topup?.payment?.id === paymentId) throw notRefundable('it was credited: refund its top-up instead');
    const about = { id: newId(), requestedAt: now(), topup };
    return (await requestRefund(within, refundOfPayment(payment, 'parked_payment', about))).refund;
  });
}

function notRefundable(why: string): DomainError {
  return new DomainError('failed_precondition', 'PAYMENT_NOT_REFUNDABLE', `this payment cannot be sent back: ${why}`);
}
