import { create } from '@bufbuild/protobuf';
import { type Refund, Refund_Purpose, Refund_State, RefundSchema } from '@doffers/proto/payment/v1/refund_service';
import { Topup_State, TopupSchema } from '@doffers/proto/payment/v1/wallet_service';
import type { ActivityClients } from '../activities/index.ts';

/** Payment's view of a gateway, in memory: which top-ups were paid, and what became of each attempt of a refund. */
export function fakeGateway() {
  const paid = new Set<string>();
  const asked: string[] = [];
  const attempts: number[] = [];
  const refund: { state: Refund_State; purpose: Refund_Purpose; closed: boolean } = {
    state: Refund_State.PROCESSED,
    purpose: Refund_Purpose.SECOND_PAYMENT,
    closed: false,
  };
  let looksLeft = 0;
  const answer = (refundId = ''): Refund =>
    create(RefundSchema, { refundId, state: refund.state, purpose: refund.purpose, amountPaise: 500_000n });

  const wallets: ActivityClients['wallets'] = {
    async syncTopup({ topupId = '' }) {
      asked.push(topupId);
      return create(TopupSchema, { topupId, state: paid.has(topupId) ? Topup_State.CREDITED : Topup_State.EXPIRED });
    },
  };
  const refunds: ActivityClients['refunds'] = {
    async sendRefund({ refundId = '', attempt = 0 }) {
      attempts.push(attempt);
      return answer(refundId);
    },
    async syncRefund({ refundId = '' }) {
      looksLeft -= 1;
      if (looksLeft === 0) refund.state = Refund_State.PROCESSED;
      return answer(refundId);
    },
    async closeRefund({ refundId = '' }) {
      refund.closed = true;
      return answer(refundId);
    },
  };
  const looksUntilProcessed = (looks: number) => void (looksLeft = looks);
  return { wallets, refunds, paid, asked, attempts, refund, looksUntilProcessed };
}
