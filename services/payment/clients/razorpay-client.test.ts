import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { paise } from '@doffers/money';
import type { GatewayOutcome, Razorpay } from './razorpay.ts';
import { createRazorpayClient } from './razorpay-client.ts';

const token = { customerId: 'cust_1', tokenId: 'token_1' };
const refused = (status: number) => ({ kind: 'refused', status, reason: 'card_expired', description: 'no' }) as const;

/** A gateway that answers everything so. */
function clientOf(outcome: GatewayOutcome<never>) {
  const answer = async () => outcome;
  const razorpay = { chargeToken: answer, deleteToken: answer } as Partial<Razorpay> as Razorpay;
  const client = createRazorpayClient(razorpay, { email: 'billing@doffers.in', phone: '+912240000000' });
  return {
    charge: () => client.chargeToken({ ...token, orderId: 'order_1', amount: paise(100_00) }),
    remove: () => client.deleteToken(token),
  };
}

describe('a mandate at the gateway', () => {
  it('is declined, or gone, when the gateway says so about that very mandate', async () => {
    for (const status of [400, 404]) {
      const { charge, remove } = clientOf(refused(status));
      assert.equal(await charge(), 'card_expired');
      await remove();
    }
  });

  it('is neither when the gateway refuses our keys, or all that we ask for: that is ours to mend', async () => {
    for (const status of [401, 403, 405]) {
      const { charge, remove } = clientOf(refused(status));
      await assert.rejects(charge(), /Razorpay refused: 40/);
      await assert.rejects(remove(), /Razorpay refused: 40/);
    }
    for (const outcome of [
      { kind: 'retry', code: 'status_429' },
      { kind: 'unknown', reason: 'cut' },
    ] as const) {
      const { charge, remove } = clientOf(outcome);
      await assert.rejects(charge(), { reason: 'GATEWAY_UNAVAILABLE' });
      await assert.rejects(remove(), { reason: 'GATEWAY_UNAVAILABLE' });
    }
  });
});
