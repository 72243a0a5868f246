import type { RazorpayEvent } from '../clients/razorpay-webhook.ts';
import { applyPayment, type PaymentOutcome } from './apply-payment.ts';

type Deps = Parameters<typeof applyPayment>[0] & {
  readonly parse: (body: string) => RazorpayEvent | undefined;
};

/**
 * Applies what the payment gateway reported. Two events tell of one payment, and both count: whichever comes first
 * credits it. Events that move no money of ours are acknowledged and counted.
 */
export async function applyRazorpayEvent(
  { parse, ...deps }: Deps,
  body: string,
): Promise<PaymentOutcome | 'ignored' | 'unreadable'> {
  const event = parse(body);
  if (event === undefined) return 'unreadable';
  switch (event.kind) {
    case 'payment_captured':
    case 'order_paid':
      return applyPayment(deps, event.payment);
    case 'payment_failed':
    case 'refund':
    case 'other':
      return 'ignored';
  }
}
