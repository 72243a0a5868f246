import { create } from '@bufbuild/protobuf';
import {
  ChargeAutoTopupResponseSchema,
  CloseAutoTopupResponseSchema,
  ChargeAutoTopupResponse_State as State,
} from '@doffers/proto/payment/v1/wallet_settings_service';
import type { ActivityClients } from '../activities/index.ts';

/** Payment's view of an automatic top-up, in memory: what the bank answers to each look, and how it ended. */
export function fakeAutoTopups() {
  /** The last answer stays. */
  const answers: State[] = [State.CREDITED];
  const calls: string[] = [];
  const script = { reason: 'payment_declined' };
  const client: ActivityClients['autoTopups'] = {
    async chargeAutoTopup() {
      calls.push('charge');
      const state = (answers.length > 1 ? answers.shift() : answers[0]) ?? State.PENDING;
      const reason = state === State.DECLINED ? script.reason : '';
      return create(ChargeAutoTopupResponseSchema, { state, reason, amountPaise: 200_000n });
    },
    async closeAutoTopup({ failure = '' }) {
      calls.push(`close ${failure}`);
      return create(CloseAutoTopupResponseSchema);
    },
  };
  return { client, answers, calls, script };
}
