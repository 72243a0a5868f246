import { z } from 'zod';
import { answer, respond, type Turn } from '../faults/turn.ts';
import type { Incoming } from '../http/incoming.ts';
import { newEntityId, type Order } from './entities.ts';
import { badRequest } from './errors.ts';
import type { Ledger } from './ledger.ts';
import { issueReply, jsonOf, listReply, notFound } from './replies.ts';

export const notesSchema = z
  .record(z.string(), z.string().max(256))
  .refine((notes) => Object.keys(notes).length <= 15, 'Number of fields in notes should be less than or equal to 15.');

const orderSchema = z.strictObject({
  amount: z.number().int().min(100, 'Order amount less than minimum amount allowed').max(50_000_000_00),
  currency: z.literal('INR'),
  receipt: z.string().min(1).max(40).optional(),
  notes: notesSchema.optional(),
  partial_payment: z.literal(false).optional(),
  customer_id: z.string().optional(),
  token: z
    .strictObject({
      max_amount: z.number().int().min(100).max(15_000_00, 'The maximum amount of a mandate is 1500000'),
      frequency: z.literal('as_presented'),
    })
    .optional(),
});

export function createOrder(turn: Turn, ledger: Ledger): void {
  const parsed = orderSchema.safeParse(jsonOf(turn.incoming));
  if (!parsed.success) return respond(turn, issueReply(parsed.error));
  const { amount, receipt = null, notes = {}, customer_id = null, token = null } = parsed.data;
  if (token !== null && (customer_id === null || ledger.customer(customer_id) === undefined)) {
    return respond(turn, badRequest('The customer id is required for a mandate', { field: 'customer_id' }));
  }
  const order: Order = {
    id: newEntityId('order'),
    entity: 'order',
    amount,
    amount_paid: 0,
    amount_due: amount,
    currency: 'INR',
    receipt,
    status: 'created',
    attempts: 0,
    notes,
    customer_id,
    token: token === null ? null : { max_amount: token.max_amount },
    created_at: Math.floor(Date.now() / 1000),
  };
  ledger.put(order);
  answer(turn, { status: 200, body: order }, () => ({ status: 200, body: { ...order, id: newEntityId('order') } }));
}

/** `receipt` is the caller's own id: how an order is found whose creation was not answered. */
export function listOrders(turn: Turn, ledger: Ledger): void {
  const { query } = turn.incoming;
  const receipt = query.get('receipt');
  const orders = ledger.orders().filter((order) => receipt === null || order.receipt === receipt);
  respond(turn, listReply(orders.toReversed(), query));
}

export function getOrder(turn: Turn, ledger: Ledger): void {
  const order = ledger.order(idOf(turn.incoming));
  respond(turn, order ? { status: 200, body: order } : notFound());
}

export function listOrderPayments(turn: Turn, ledger: Ledger): void {
  const order = ledger.order(idOf(turn.incoming));
  if (!order) return respond(turn, notFound());
  respond(turn, listReply(ledger.paymentsOf(order.id), turn.incoming.query));
}

export function getPayment(turn: Turn, ledger: Ledger): void {
  const payment = ledger.payment(idOf(turn.incoming));
  respond(turn, payment ? { status: 200, body: payment } : notFound());
}

/** Payments are captured automatically here, so a capture by hand is late, as it would be there. */
export function capturePayment(turn: Turn, ledger: Ledger): void {
  const payment = ledger.payment(idOf(turn.incoming));
  if (!payment) return respond(turn, notFound());
  respond(turn, badRequest('This payment has already been captured', { reason: 'payment_already_captured' }));
}

export function idOf(incoming: Incoming): string {
  return incoming.params[0] ?? '';
}
