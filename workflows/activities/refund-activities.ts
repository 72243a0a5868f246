import {
  Refund_Purpose as Purpose,
  type Refund,
  type RefundService,
  Refund_State as State,
} from '@doffers/proto/payment/v1/refund_service';
import type { Client } from '@doffers/rpc';

export type RefundProgress = {
  readonly state: 'requested' | 'processed' | 'failed';
  readonly purpose: 'second-payment' | 'parked-payment' | 'unused-credit';
  readonly amountPaise: number;
};

export type RefundActivities = {
  /** Asks the gateway to pay a refund. Refused with REFUND_REFUSED. */
  sendRefund(input: { refundId: string; attempt: number }): Promise<RefundProgress>;
  /** Asks the gateway what became of it. */
  syncRefund(input: { refundId: string }): Promise<RefundProgress>;
  /** Writes down that a person paid it by other means. */
  closeRefund(input: { refundId: string }): Promise<RefundProgress>;
};

export type RefundClient = Pick<Client<typeof RefundService>, keyof RefundActivities>;

/** Activities that pay money back. A refund and its attempt are the key. */
export function createRefundActivities(refunds: RefundClient): RefundActivities {
  return {
    sendRefund: async (input) => toProgress(await refunds.sendRefund(input)),
    syncRefund: async (input) => toProgress(await refunds.syncRefund(input)),
    closeRefund: async (input) => toProgress(await refunds.closeRefund(input)),
  };
}

const states: Readonly<Partial<Record<State, RefundProgress['state']>>> = {
  [State.REQUESTED]: 'requested',
  [State.PROCESSED]: 'processed',
  [State.FAILED]: 'failed',
};
const purposes: Readonly<Partial<Record<Purpose, RefundProgress['purpose']>>> = {
  [Purpose.SECOND_PAYMENT]: 'second-payment',
  [Purpose.PARKED_PAYMENT]: 'parked-payment',
  [Purpose.UNUSED_CREDIT]: 'unused-credit',
};

function toProgress({ state, purpose, amountPaise }: Refund): RefundProgress {
  const [known, why] = [states[state], purposes[purpose]];
  if (known === undefined || why === undefined)
    throw new Error(`refund state ${state} for ${purpose} is not known here`);
  return { state: known, purpose: why, amountPaise: Number(amountPaise) };
}
