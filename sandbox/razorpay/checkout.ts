import { signHmacSha256 } from '@doffers/provider-http';
import { z } from 'zod';
import type { Turn } from '../faults/turn.ts';
import { send } from '../http/reply.ts';
import { newEntityId, type Order, type Payment } from './entities.ts';
import type { Events } from './events.ts';
import type { Ledger } from './ledger.ts';
import { recordFailure, recordPayment } from './payments.ts';
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
    const payment = recordFailure(turn, deps, order, { method, customer_id: order.customer_id, token_id: null });
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

function pay(turn: Turn, deps: CheckoutDeps, orderId: string, method: string): Payment | undefined {
  const order = deps.ledger.order(orderId);
  if (!order) return undefined;
  return recordPayment(turn, deps, order, {
    method,
    customer_id: order.customer_id,
    token_id: mandateOf(order, deps, method),
  });
}

/** What the order asked for besides its price: a mandate for later payments, confirmed with this one. */
function mandateOf({ customer_id, token }: Order, { ledger }: CheckoutDeps, method: string): string | null {
  if (!customer_id || !token) return null; // an older ledger has neither
  const id = newEntityId('token');
  ledger.put({
    id,
    entity: 'token',
    customer_id,
    method,
    max_amount: token.max_amount,
    recurring: true,
    recurring_details: { status: 'confirmed' },
    created_at: Math.floor(Date.now() / 1000),
  });
  return id;
}
