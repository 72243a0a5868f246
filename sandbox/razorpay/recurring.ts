import { z } from 'zod';
import { answer, respond, type Turn } from '../faults/turn.ts';
import { type Customer, newEntityId, type Order, type Payment, type Token } from './entities.ts';
import { badRequest } from './errors.ts';
import type { Events } from './events.ts';
import type { Ledger } from './ledger.ts';
import { idOf, notesSchema } from './orders.ts';
import { recordFailure, recordPayment } from './payments.ts';
import { issueReply, jsonOf, listReply, notFound } from './replies.ts';

const customerSchema = z.strictObject({
  name: z.string().min(3).max(50),
  email: z.email(),
  contact: z.string().regex(/^\+?\d{8,15}$/),
  fail_existing: z.enum(['0', '1']).optional(),
  notes: notesSchema.optional(),
});

const recurringSchema = z.strictObject({
  email: z.email(),
  contact: z.string().regex(/^\+?\d{8,15}$/),
  amount: z.number().int().min(100),
  currency: z.literal('INR'),
  order_id: z.string(),
  customer_id: z.string(),
  token: z.string(),
  recurring: z.literal('1'),
  description: z.string().max(255).optional(),
  notes: notesSchema.optional(),
});

export function createCustomer(turn: Turn, ledger: Ledger): void {
  const parsed = customerSchema.safeParse(jsonOf(turn.incoming));
  if (!parsed.success) return respond(turn, issueReply(parsed.error));
  const { name, email, contact, notes = {} } = parsed.data;
  const customer: Customer = {
    id: newEntityId('cust'),
    entity: 'customer',
    name,
    email,
    contact,
    notes,
    created_at: Math.floor(Date.now() / 1000),
  };
  ledger.put(customer);
  answer(turn, { status: 200, body: customer }, () => ({
    status: 200,
    body: { ...customer, id: newEntityId('cust') },
  }));
}

export function listTokens(turn: Turn, ledger: Ledger): void {
  const tokens = ledger.tokens().filter(({ customer_id }) => customer_id === idOf(turn.incoming));
  respond(turn, listReply(tokens, turn.incoming.query));
}

/** Ends a mandate. Nothing can be taken with it any more; doing it again is refused, as there. */
export function deleteToken(turn: Turn, ledger: Ledger): void {
  const [customerId, tokenId = ''] = turn.incoming.params;
  const token = ledger.token(tokenId);
  const isActive = token?.customer_id === customerId && token?.recurring_details.status === 'confirmed';
  if (token === undefined || !isActive) return respond(turn, notFound());
  ledger.put({ ...token, recurring_details: { status: 'cancelled' } });
  answer(turn, { status: 200, body: { deleted: true } }, () => ({ status: 200, body: { deleted: true } }));
}

/** Takes a payment by a mandate, without a person. A script lets the bank decline it. */
export function createRecurringPayment(turn: Turn, deps: { readonly ledger: Ledger; readonly events: Events }): void {
  const { ledger } = deps;
  const parsed = recurringSchema.safeParse(jsonOf(turn.incoming));
  if (!parsed.success) return respond(turn, issueReply(parsed.error));
  const asked = parsed.data;
  const [order, token] = [ledger.order(asked.order_id), ledger.token(asked.token)];
  if (!order || !token) return respond(turn, notFound());
  const wrong = objection(order, token, asked);
  if (wrong !== undefined) return respond(turn, badRequest(wrong.description, { reason: wrong.reason }));
  const declined = turn.plan.webhooks.some(({ type }) => type === 'payment-declined');
  const about = { method: token.method, customer_id: token.customer_id, token_id: token.id };
  const payment: Payment = declined ? recordFailure(turn, deps, order, about) : recordPayment(turn, deps, order, about);
  const body = { razorpay_payment_id: payment.id, razorpay_order_id: order.id };
  answer(turn, { status: 200, body }, () => ({
    status: 200,
    body: { ...body, razorpay_payment_id: newEntityId('pay') },
  }));
}

function objection(order: Order, token: Token, asked: z.infer<typeof recurringSchema>) {
  if (token.customer_id !== asked.customer_id) {
    return { description: 'The token does not belong to the customer', reason: 'input_validation_failed' };
  }
  if (token.recurring_details.status !== 'confirmed') {
    return { description: 'The mandate is not active', reason: 'token_not_confirmed' };
  }
  if (order.status === 'paid') return { description: 'Order already paid', reason: 'order_already_paid' };
  if (order.amount !== asked.amount) {
    return { description: 'Payment amount is different from your order amount', reason: 'input_validation_failed' };
  }
  if (asked.amount > token.max_amount) {
    return { description: 'The amount exceeds the maximum of the mandate', reason: 'amount_exceeds_mandate' };
  }
  return undefined;
}
