import assert from 'node:assert/strict';
import { sandboxDefaults } from '@doffers/process';
import { signHmacSha256 } from '@doffers/provider-http';
import { type RestResponse, testServers } from '@doffers/testkit';
import { anybody } from './people.ts';

const { sandboxUrl, stack } = testServers();
const {
  RAZORPAY_KEY_ID = '',
  RAZORPAY_KEY_SECRET = '',
  RAZORPAY_WEBHOOK_SECRET = '',
} = { ...sandboxDefaults(stack.offset), ...process.env };

/** Does what a person does in the payment window, and answers the id of the payment. */
export async function payOrder(orderId: unknown, outcome: 'success' | 'failed' | 'double' = 'success') {
  const answer = await fetch(`${sandboxUrl}/razorpay/sandbox/checkout`, {
    method: 'POST',
    body: JSON.stringify({ orderId, outcome }),
  });
  assert.equal(answer.status, 200, await answer.clone().text());
  return String(((await answer.json()) as { razorpay_payment_id: string }).razorpay_payment_id);
}

/** What the gateway took for an order and did not give back, in paise, and how many payments that is. */
export async function takenFor(orderId: string): Promise<{ readonly paise: number; readonly payments: number }> {
  const authorization = `Basic ${Buffer.from(`${RAZORPAY_KEY_ID}:${RAZORPAY_KEY_SECRET}`).toString('base64')}`;
  const answer = await fetch(`${sandboxUrl}/razorpay/v1/orders/${orderId}/payments`, { headers: { authorization } });
  const { items } = (await answer.json()) as {
    items: { captured: boolean; amount: number; amount_refunded: number }[];
  };
  const kept = items.filter(({ captured, amount, amount_refunded }) => captured && amount_refunded < amount);
  return {
    paise: kept.reduce((sum, { amount, amount_refunded }) => sum + amount - amount_refunded, 0),
    payments: kept.length,
  };
}

type Payment = { id: string; orderId: string; amountPaise: number; currency?: string };

/** What Razorpay says when a payment was taken; no two of these are the same text. */
export const capturedEvent = (payment: Payment): string => paymentEvent('captured', payment);

/** What it says when the bank declined one. */
export const failedEvent = (payment: Payment): string => paymentEvent('failed', payment);

function paymentEvent(status: 'captured' | 'failed', { id, orderId, amountPaise, currency = 'INR' }: Payment): string {
  const failure = status === 'failed' && { error_reason: 'payment_declined' };
  const about = { entity: 'payment', status, captured: status === 'captured', method: 'upi', ...failure };
  const entity = {
    id,
    ...about,
    amount: amountPaise,
    currency,
    order_id: orderId,
    notes: { nonce: crypto.randomUUID() },
  };
  return JSON.stringify({
    entity: 'event',
    account_id: 'acc_SandboxDoffers',
    event: `payment.${status}`,
    contains: ['payment'],
    payload: { payment: { entity } },
    created_at: Math.floor(Date.now() / 1_000),
  });
}

/** Posts a body to the platform's webhook as Razorpay does, signed with `secret`. */
export function report(body: string, secret = RAZORPAY_WEBHOOK_SECRET): Promise<RestResponse> {
  return anybody.post('/webhooks/razorpay', {
    body,
    headers: {
      'x-razorpay-signature': signHmacSha256(secret, body),
      'x-razorpay-event-id': crypto.randomUUID(),
    },
  });
}
