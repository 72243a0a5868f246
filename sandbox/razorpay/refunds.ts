import { createHash } from 'node:crypto';
import { z } from 'zod';
import { answer, respond, type Turn } from '../faults/turn.ts';
import type { SettingsStore } from '../settings/settings.ts';
import { newEntityId, type Payment, type Refund } from './entities.ts';
import { badRequest, refusal } from './errors.ts';
import type { EventName, Events } from './events.ts';
import type { Ledger } from './ledger.ts';
import { idOf, notesSchema } from './orders.ts';
import { issueReply, jsonOf, listReply, notFound } from './replies.ts';

const refundSchema = z.strictObject({
  amount: z.number().int().min(100).optional(),
  speed: z.enum(['normal', 'optimum']).optional(),
  receipt: z.string().max(40).optional(),
  notes: notesSchema.optional(),
});

export type RefundDeps = { readonly ledger: Ledger; readonly events: Events; readonly settings: SettingsStore };

/**
 * Refunds a payment. The header `X-Refund-Idempotency` makes it safe to repeat: the same key and body give the first
 * refund again, the same key with another body is refused.
 */
export function createRefund(turn: Turn, deps: RefundDeps): void {
  const { ledger } = deps;
  const key = idempotencyKey(turn);
  if (key === 'invalid') return respond(turn, badRequest('The idempotency key must have at least 10 characters'));
  const bodyHash = createHash('sha256').update(turn.incoming.path).update(turn.incoming.body).digest('hex');
  const earlier = key ? ledger.remembered(key) : undefined;
  if (earlier) {
    const refund = ledger.refund(earlier.refundId);
    if (earlier.bodyHash !== bodyHash || !refund) {
      return respond(
        turn,
        badRequest('Different request with the same idempotency key', { reason: 'idempotency_key_reused' }),
      );
    }
    return respond(turn, { status: 200, body: refund });
  }
  const parsed = refundSchema.safeParse(jsonOf(turn.incoming) ?? {});
  if (!parsed.success) return respond(turn, issueReply(parsed.error));
  const payment = ledger.payment(idOf(turn.incoming));
  if (!payment) return respond(turn, notFound());
  const left = payment.amount - payment.amount_refunded;
  const amount = parsed.data.amount ?? left;
  const wrong = checkRefund(payment, amount, left);
  if (wrong) return respond(turn, wrong);
  const refund = bookRefund(ledger, payment, { ...parsed.data, amount });
  if (key) ledger.remember({ key, bodyHash, refundId: refund.id });
  const settled = settle(turn, deps, refund);
  answer(turn, { status: 200, body: settled }, () => ({ status: 200, body: { ...settled, id: newEntityId('rfnd') } }));
}

/** The bank's part: at once, or while the refund is pending for `refundMs`; a script lets it fail. */
function settle({ plan }: Turn, { ledger, events, settings }: RefundDeps, refund: Refund): Refund {
  const report = (name: EventName, reported: Refund) => {
    const payment = ledger.payment(reported.payment_id);
    events.emit(name, payment ? [reported, payment] : [reported], plan.webhooks);
  };
  const end = (): Refund => {
    const failed = plan.webhooks.some(({ type }) => type === 'refund-failed');
    const settled: Refund = { ...refund, status: failed ? 'failed' : 'processed' };
    ledger.put(settled);
    if (failed) takeBack(ledger, settled);
    report(failed ? 'refund.failed' : 'refund.processed', settled);
    return settled;
  };
  const { refundMs } = settings.get().razorpay;
  report('refund.created', refund);
  if (refundMs === 0 && !plan.webhooks.some(({ type }) => type === 'refund-failed')) return end();
  setTimeout(end, refundMs).unref();
  return refund;
}

/** What the bank did not take can be refunded again. */
function takeBack(ledger: Ledger, { payment_id: id, amount }: Refund): void {
  const payment = ledger.payment(id);
  if (!payment) return;
  const refunded = payment.amount_refunded - amount;
  const refund_status = refunded === 0 ? null : 'partial';
  ledger.put({ ...payment, amount_refunded: refunded, refund_status, status: 'captured' });
}

function checkRefund(payment: Payment, amount: number, left: number) {
  if (payment.status === 'failed') return badRequest('The payment status should be captured for action to be taken');
  if (left === 0)
    return badRequest('The payment has been fully refunded already', { reason: 'payment_fully_refunded' });
  if (amount > left)
    return refusal(400, 'BAD_REQUEST_ERROR', 'The refund amount provided is greater than amount captured', {});
  return undefined;
}

function bookRefund(
  ledger: Ledger,
  payment: Payment,
  input: z.infer<typeof refundSchema> & { amount: number },
): Refund {
  const refunded = payment.amount_refunded + input.amount;
  const full = refunded === payment.amount;
  ledger.put({
    ...payment,
    amount_refunded: refunded,
    refund_status: full ? 'full' : 'partial',
    status: full ? 'refunded' : payment.status,
  });
  const refund: Refund = {
    id: newEntityId('rfnd'),
    entity: 'refund',
    amount: input.amount,
    currency: 'INR',
    payment_id: payment.id,
    receipt: input.receipt ?? null,
    status: 'pending',
    speed_requested: input.speed ?? 'normal',
    speed_processed: input.speed === 'optimum' ? 'instant' : 'normal',
    notes: input.notes ?? {},
    created_at: Math.floor(Date.now() / 1000),
  };
  ledger.put(refund);
  return refund;
}

export function getRefund(turn: Turn, ledger: Ledger): void {
  const refund = ledger.refund(idOf(turn.incoming));
  respond(turn, refund ? { status: 200, body: refund } : notFound());
}

export function listRefunds(turn: Turn, ledger: Ledger): void {
  const payment = ledger.payment(idOf(turn.incoming));
  if (!payment) return respond(turn, notFound());
  respond(turn, listReply(ledger.refundsOf(payment.id), turn.incoming.query));
}

function idempotencyKey(turn: Turn): string | undefined {
  const header = turn.incoming.request.headers['x-refund-idempotency'];
  if (header === undefined) return undefined;
  return typeof header === 'string' && /^[A-Za-z0-9_-]{10,}$/.test(header) ? header : 'invalid';
}
