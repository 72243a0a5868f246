import { paise } from '@doffers/money';
import { parseJson, verifyHmacSha256 } from '@doffers/provider-http';
import { z } from 'zod';
import type { Payment } from '../domain/payment.ts';
import { gatewayReason } from './razorpay.ts';

/** Checks `x-razorpay-signature` over the exact bytes of the body. */
export function isSignedByRazorpay(secret: string, body: Uint8Array, signature: string | undefined): boolean {
  return verifyHmacSha256(secret, body, signature);
}

export type RazorpayEvent =
  | { readonly kind: 'payment_captured'; readonly payment: Payment }
  | { readonly kind: 'payment_failed'; readonly payment: Payment; readonly reason: string }
  | { readonly kind: 'order_paid'; readonly payment: Payment }
  | {
      readonly kind: 'refund';
      readonly refundId: string;
      /** What whoever asked for it named it. */
      readonly receipt: string;
      readonly paymentId: string;
      readonly amount: Payment['amount'];
      readonly succeeded: boolean;
    }
  /** Known to be Razorpay's, and of no use to us. */
  | { readonly kind: 'other'; readonly name: string };

const amount = z.number().int().transform(paise);
const payment = z
  .object({
    id: z.string(),
    order_id: z.string(),
    amount,
    currency: z.string(),
    token_id: z.string().nullish(),
    error_reason: gatewayReason.nullish(),
  })
  .transform(({ order_id: orderId, ...rest }) => ({ ...rest, orderId }));
const refund = z.object({ id: z.string(), payment_id: z.string(), amount, receipt: z.string().nullish() });
const event = z.object({
  entity: z.literal('event'),
  event: z.string(),
  payload: z.object({
    payment: z.object({ entity: payment }).optional(),
    refund: z.object({ entity: refund }).optional(),
  }),
});

/** What a signed body reports; `undefined` when it is no event of Razorpay's, or lacks what its name promises. */
export function parseRazorpayEvent(body: string): RazorpayEvent | undefined {
  const parsed = event.safeParse(parseJson(body));
  if (!parsed.success) return undefined;
  const { event: name, payload } = parsed.data;
  switch (name) {
    case 'payment.captured':
      return withPayment(payload, (paid) => ({ kind: 'payment_captured', payment: paid }));
    case 'order.paid':
      return withPayment(payload, (paid) => ({ kind: 'order_paid', payment: paid }));
    case 'payment.failed':
      return withPayment(payload, (failed) => ({
        kind: 'payment_failed',
        payment: failed,
        reason: payload.payment?.entity.error_reason ?? 'unknown',
      }));
    case 'refund.processed':
    case 'refund.failed':
      return refundEvent(payload, name === 'refund.processed');
    default:
      return { kind: 'other', name };
  }
}

type Payload = z.infer<typeof event>['payload'];

function withPayment(payload: Payload, make: (payment: Payment) => RazorpayEvent): RazorpayEvent | undefined {
  if (!payload.payment) return undefined;
  const { id, orderId, amount: value, currency, token_id: tokenId } = payload.payment.entity;
  return make({ id, orderId, amount: value, currency, ...(tokenId && { tokenId }) });
}

function refundEvent(payload: Payload, succeeded: boolean): RazorpayEvent | undefined {
  if (!payload.refund) return undefined;
  const { id, payment_id: paymentId, amount: value, receipt } = payload.refund.entity;
  return { kind: 'refund', refundId: id, receipt: receipt ?? '', paymentId, amount: value, succeeded };
}
