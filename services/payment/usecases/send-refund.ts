import { refundEvent } from '../domain/events.ts';
import {
  nextAttempt,
  type Refund,
  type RefundReport,
  receiptOf,
  refundNotFound,
  refundPaid,
  reported,
} from '../domain/refund.ts';
import type { Books } from '../repositories/books.ts';
import type { RefundDeps } from './refund-deps.ts';

type Deps = Pick<RefundDeps, 'books' | 'inTransaction' | 'gateway' | 'now'>;

/**
 * Asks the gateway for a refund. Each attempt has a key of its own there, so that repeating it after a lost answer finds
 * the refund that was made; a higher attempt is made only after the bank turned the one before down.
 *
 * @throws DomainError `REFUND_NOT_FOUND`, `REFUND_REFUSED` for what the gateway refuses, `GATEWAY_UNAVAILABLE`
 */
export async function sendRefund(
  deps: Deps,
  { refundId, attempt }: { readonly refundId: string; readonly attempt: number },
): Promise<Refund> {
  const refund = await deps.inTransaction(async ({ refunds }) => {
    const stored = await lockedRefund(refunds, refundId);
    const next =
      stored.state === 'failed' || stored.gatewayRefundId === undefined ? nextAttempt(stored, attempt) : undefined;
    if (next === undefined) return stored;
    await refunds.save(next);
    return next;
  });
  if (refund.state !== 'requested') return refund;
  const { id, paymentId, amount } = refund;
  const key = `refund-${id}-${refund.attempt}`;
  const sent = await deps.gateway.refund({ paymentId, amount, key, receipt: receiptOf(refund) });
  const report = { attempt: refund.attempt, gatewayRefundId: sent.id, state: sent.state };
  return deps.inTransaction((books) => recordReport(books, { id, report, at: deps.now() }));
}

/**
 * Asks the gateway what became of a refund that it has accepted: its webhook may be lost.
 *
 * @throws DomainError `REFUND_NOT_FOUND`, `GATEWAY_UNAVAILABLE`
 */
export async function syncRefund(deps: Deps, refundId: string): Promise<Refund> {
  const refund = await deps.books.refunds.find(refundId);
  if (refund === undefined) throw refundNotFound();
  const { id, attempt, gatewayRefundId } = refund;
  if (refund.state !== 'requested' || gatewayRefundId === undefined) return refund;
  const { state } = await deps.gateway.getRefund(gatewayRefundId);
  const report = { attempt, gatewayRefundId, state };
  return deps.inTransaction((books) => recordReport(books, { id, report, at: deps.now() }));
}

/**
 * Closes a refund that a person paid by other means, such as from the gateway's own pages.
 *
 * @throws DomainError `REFUND_NOT_FOUND`
 */
export function closeRefund({ inTransaction, now }: Pick<Deps, 'inTransaction' | 'now'>, id: string): Promise<Refund> {
  return inTransaction(async (books) => {
    const refund = await lockedRefund(books.refunds, id);
    const by = refund.gatewayRefundId ?? `by-hand-${id}`;
    const report = { attempt: refund.attempt, gatewayRefundId: by, state: 'processed' } as const;
    return recordReport(books, { id, report, at: now() });
  });
}

/**
 * Writes down what is known of an attempt, from whichever of answer, webhook and poll comes first. Call it within a
 * transaction.
 *
 * @throws DomainError `REFUND_NOT_FOUND`
 */
export async function recordReport(
  { refunds, ledger, events }: Pick<Books, 'refunds' | 'ledger' | 'events'>,
  { id, report, at }: { readonly id: string; readonly report: RefundReport; readonly at: Date },
): Promise<Refund> {
  const refund = await lockedRefund(refunds, id);
  const next = reported(refund, report, at);
  if (next === undefined) return refund;
  await refunds.save(next);
  if (next.state === 'processed') await ledger.post(refundPaid(next), at);
  if (next.state !== 'requested') await events.append(refundEvent('refund.reported', next));
  return next;
}

async function lockedRefund(refunds: Books['refunds'], id: string): Promise<Refund> {
  const refund = await refunds.lock(id);
  if (refund === undefined) throw refundNotFound();
  return refund;
}
