import { signHmacSha256 } from '@doffers/provider-http';
import { z } from 'zod';
import type { Turn } from '../faults/turn.ts';
import { send } from '../http/reply.ts';
import { gatewayFee, newEntityId, type Order, type Payment } from './entities.ts';
import type { Events } from './events.ts';
import type { Ledger } from './ledger.ts';
import { jsonOf } from './replies.ts';

const checkoutSchema = z.strictObject({
  orderId: z.string(),
  /** `late` succeeds after `delayMs`; `double` pays twice, as two open tabs can. */
  outcome: z.enum(['success', 'failed', 'late', 'double']).default('success'),
  method: z.enum(['upi', 'card', 'netbanking', 'wallet']).default('upi'),
  delayMs: z.number().int().min(0).max(600_000).default(2_000),
});

export type CheckoutDeps = { readonly ledger: Ledger; readonly events: Events; readonly keySecret: string };

/**
 * What a person does in Razorpay's window. Answers what the window hands to the page: payment id, order id, signature.
 */
export function checkout(turn: Turn, deps: CheckoutDeps): void {
  const { incoming } = turn;
  const parsed = checkoutSchema.safeParse(jsonOf(incoming));
  if (!parsed.success)
    return send(incoming, { status: 400, body: { error: { message: z.prettifyError(parsed.error) } } });
  const { orderId, outcome, method, delayMs } = parsed.data;
  const order = deps.ledger.order(orderId);
  if (!order) return send(incoming, { status: 404, body: { error: { message: `no order ${orderId}` } } });
  if (outcome === 'late') {
    setTimeout(() => pay(turn, deps, orderId, method), delayMs).unref();
    return send(incoming, { status: 202, body: { razorpay_order_id: orderId } });
  }
  if (outcome === 'failed') {
    const payment = fail(turn, deps, order, method);
    return send(incoming, {
      status: 200,
      body: { razorpay_order_id: orderId, razorpay_payment_id: payment.id, error: payment.error_reason },
    });
  }
  const payment = pay(turn, deps, orderId, method);
  if (outcome === 'double') pay(turn, deps, orderId, method);
  return send(incoming, {
    status: 200,
    body: {
      razorpay_payment_id: payment?.id,
      razorpay_order_id: orderId,
      razorpay_signature: signHmacSha256(deps.keySecret, `${orderId}|${payment?.id}`),
    },
  });
}

function pay({ plan }: Turn, { ledger, events }: CheckoutDeps, orderId: string, method: string): Payment | undefined {
  const order = ledger.order(orderId);
  if (!order) return undefined;
  const payment: Payment = {
    ...attempt(order, method),
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

function fail({ plan }: Turn, { ledger, events }: CheckoutDeps, order: Order, method: string): Payment {
  const payment: Payment = {
    ...attempt(order, method),
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

function attempt(order: Order, method: string): Payment {
  return {
    id: newEntityId('pay'),
    entity: 'payment',
    amount: order.amount,
    currency: 'INR',
    status: 'failed',
    order_id: order.id,
    method,
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
