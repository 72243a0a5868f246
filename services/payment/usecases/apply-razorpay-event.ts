import type { RazorpayEvent } from '../clients/razorpay-webhook.ts';
import { refundOfReceipt } from '../domain/refund.ts';
import { applyPayment, type PaymentOutcome } from './apply-payment.ts';
import { recordReport } from './send-refund.ts';

type Deps = Parameters<typeof applyPayment>[0] & {
  readonly parse: (body: string) => RazorpayEvent | undefined;
};

type Outcome = PaymentOutcome | 'declined' | 'refund' | 'ignored' | 'unreadable';

/**
 * Applies what the payment gateway reported. Two events tell of one payment, and both count: whichever comes first
 * credits it. Events that say nothing of ours are acknowledged and counted.
 */
export async function applyRazorpayEvent({ parse, ...deps }: Deps, body: string): Promise<Outcome> {
  const event = parse(body);
  if (event === undefined) return 'unreadable';
  switch (event.kind) {
    case 'payment_captured':
    case 'order_paid':
      return applyPayment(deps, event.payment);
    case 'payment_failed': {
      const isOurs = await deps.books.topups.noteFailure(event.payment.orderId, event.reason);
      return isOurs ? 'declined' : 'ignored';
    }
    case 'refund':
      return applyRefund(deps, event);
    case 'other':
      return 'ignored';
  }
}

/** A refund that we did not ask for was made by hand at the gateway: the books do not know it, a person must see it. */
async function applyRefund(
  { books, now }: Omit<Deps, 'parse'>,
  { refundId, receipt, paymentId, amount, succeeded }: RazorpayEvent & { kind: 'refund' },
): Promise<Outcome> {
  const ours = refundOfReceipt(receipt);
  if (ours === undefined || (await books.refunds.find(ours.id)) === undefined) {
    await books.breaks.record('unknown_refund', { id: refundId, paymentId, amount, succeeded }, now());
    return 'unknown_refund';
  }
  const state = succeeded ? 'processed' : 'failed';
  const report = { attempt: ours.attempt, gatewayRefundId: refundId, state } as const;
  await recordReport(books, { id: ours.id, report, at: now() });
  return 'refund';
}
