import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { paiseFromInt64, toInt64 } from '@doffers/money';
import { actorOf } from '@doffers/ownership';
import {
  Refund_Purpose,
  Refund_State,
  type RefundSchema,
  type RefundService,
} from '@doffers/proto/payment/v1/refund_service';
import { decodePageToken, encodePageToken, pageSizeOf } from '@doffers/resource';
import { type Handlers, requireUser } from '@doffers/rpc';
import type { Refund } from '../domain/refund.ts';
import { listRefunds } from '../usecases/list-refunds.ts';
import type { RefundDeps } from '../usecases/refund-deps.ts';
import { refundPayment } from '../usecases/refund-payment.ts';
import { refundTopup } from '../usecases/refund-topup.ts';
import { closeRefund, sendRefund, syncRefund } from '../usecases/send-refund.ts';

/** Translates RefundService between protobuf and the use cases; holds no rule of its own. */
export function createRefundHandlers(deps: RefundDeps): Handlers<typeof RefundService> {
  return {
    async listRefunds({ shopId, pageSize, pageToken }, context) {
      const limit = pageSizeOf(pageSize);
      // One more than the page shows whether there is another.
      const query = { shopId, limit: limit + 1, after: decodePageToken(pageToken) };
      const found = await listRefunds(deps, actorOf(requireUser(context)), query);
      const page = found.slice(0, limit);
      const last = found.length > limit ? page.at(-1) : undefined;
      return {
        refunds: page.map(refundMessage),
        nextPageToken: last === undefined ? '' : encodePageToken({ at: last.requestedAt, id: last.id }),
      };
    },
    async refundTopup({ topupId, requestId, amountPaise }) {
      return refundMessage(await refundTopup(deps, { topupId, requestId, amount: paiseFromInt64(amountPaise) }));
    },
    refundPayment: async ({ paymentId }) => refundMessage(await refundPayment(deps, paymentId)),
    sendRefund: async ({ refundId, attempt }) => refundMessage(await sendRefund(deps, { refundId, attempt })),
    syncRefund: async ({ refundId }) => refundMessage(await syncRefund(deps, refundId)),
    closeRefund: async ({ refundId }) => refundMessage(await closeRefund(deps, refundId)),
  };
}

const purposes = {
  second_payment: Refund_Purpose.SECOND_PAYMENT,
  parked_payment: Refund_Purpose.PARKED_PAYMENT,
  unused_credit: Refund_Purpose.UNUSED_CREDIT,
} as const;

const states = {
  requested: Refund_State.REQUESTED,
  processed: Refund_State.PROCESSED,
  failed: Refund_State.FAILED,
} as const;

function refundMessage(refund: Refund): MessageInitShape<typeof RefundSchema> {
  return {
    refundId: refund.id,
    shopId: refund.shopId ?? '',
    topupId: refund.topupId ?? '',
    paymentId: refund.paymentId,
    purpose: purposes[refund.purpose],
    amountPaise: toInt64(refund.amount),
    state: states[refund.state],
    requestTime: timestampFromDate(refund.requestedAt),
    ...(refund.settledAt && { settleTime: timestampFromDate(refund.settledAt) }),
  };
}
