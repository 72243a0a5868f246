import {
  ChargeAutoTopupResponse_State as State,
  type WalletSettingsService,
} from '@doffers/proto/payment/v1/wallet_settings_service';
import type { Client } from '@doffers/rpc';

export type AutoTopupProgress = {
  readonly state: 'pending' | 'credited' | 'declined';
  /** Why it was declined; empty otherwise. */
  readonly reason: string;
  readonly amountPaise: number;
};

export type AutoTopupActivities = {
  /** Takes an automatic top-up, once; a repetition asks what became of it. */
  chargeAutoTopup(input: { topupId: string }): Promise<AutoTopupProgress>;
  /** Ends it; a failure stops those that would follow. */
  closeAutoTopup(input: { topupId: string; failure: string }): Promise<void>;
};

export type AutoTopupClient = Pick<Client<typeof WalletSettingsService>, keyof AutoTopupActivities>;

const states: Readonly<Partial<Record<State, AutoTopupProgress['state']>>> = {
  [State.PENDING]: 'pending',
  [State.CREDITED]: 'credited',
  [State.DECLINED]: 'declined',
};

/** What the workflow of an automatic top-up asks of the payment service. */
export function createAutoTopupActivities(client: AutoTopupClient): AutoTopupActivities {
  return {
    async chargeAutoTopup(input) {
      const { state, reason, amountPaise } = await client.chargeAutoTopup(input);
      const known = states[state];
      if (known === undefined) throw new Error(`state ${state} of an automatic top-up is not known here`);
      return { state: known, reason, amountPaise: Number(amountPaise) };
    },
    closeAutoTopup: async (input) => void (await client.closeAutoTopup(input)),
  };
}
