import type { Turn } from '../faults/turn.ts';
import { gatewayFee, newEntityId, type Order, type Payment } from './entities.ts';
import type { Events } from './events.ts';
import type { Ledger } from './ledger.ts';

type Deps = { readonly ledger: Ledger; readonly events: Events };
type About = Pick<Payment, 'method' | 'customer_id' | 'token_id'>;

/** A payment that is taken: the order is paid, and both are reported. */
export function recordPayment({ plan }: Turn, { ledger, events }: Deps, order: Order, about: About): Payment {
  const payment: Payment = {
    ...attempt(order, about),
    status: 'captured',
    captured: true,
    ...gatewayFee(order.amount),
  };
  const paid: Order = {
    ...order,
    status: 'paid',
    amount_paid: order.amount,
    amount_due: 0,
    attempts: order.attempts + 1,
  };
  ledger.put(payment);
  ledger.put(paid);
  events.emit('payment.captured', [payment], plan.webhooks);
  events.emit('order.paid', [payment, paid], plan.webhooks);
  return payment;
}

/** A payment that the bank declines. */
export function recordFailure({ plan }: Turn, { ledger, events }: Deps, order: Order, about: About): Payment {
  const payment: Payment = {
    ...attempt(order, about),
    status: 'failed',
    error_code: 'BAD_REQUEST_ERROR',
    error_description: 'Your payment was declined by the bank.',
    error_reason: 'payment_declined',
  };
  ledger.put(payment);
  ledger.put({ ...order, status: order.status === 'paid' ? 'paid' : 'attempted', attempts: order.attempts + 1 });
  events.emit('payment.failed', [payment], plan.webhooks);
  return payment;
}

function attempt(order: Order, about: About): Payment {
  return {
    id: newEntityId('pay'),
    entity: 'payment',
    amount: order.amount,
    currency: 'INR',
    status: 'failed',
    order_id: order.id,
    ...about,
    amount_refunded: 0,
    refund_status: null,
    captured: false,
    fee: 0,
    tax: 0,
    error_code: null,
    error_description: null,
    error_reason: null,
    notes: order.notes,
    created_at: Math.floor(Date.now() / 1000),
  };
}
