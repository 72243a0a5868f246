import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { paise, paiseFromInt64, toInt64 } from '@doffers/money';
import { actorOf } from '@doffers/ownership';
import {
  AutoTopup_State as AutoState,
  type AutoTopupSchema,
  ChargeAutoTopupResponse_State as ChargeState,
  type WalletSettingsSchema,
  type WalletSettingsService,
} from '@doffers/proto/payment/v1/wallet_settings_service';
import { type Handlers, requireUser } from '@doffers/rpc';
import { type AutoTopup, coolOffEnd } from '../domain/auto-topup.ts';
import type { AutoTopupDeps } from '../usecases/auto-topup-deps.ts';
import { chargeAutoTopup } from '../usecases/charge-auto-topup.ts';
import { closeAutoTopup } from '../usecases/close-auto-topup.ts';
import { revokeMandate } from '../usecases/revoke-mandate.ts';
import { getWalletSettings, setWalletSettings, termsOf, type WalletTerms } from '../usecases/wallet-settings.ts';

/** Translates WalletSettingsService between protobuf and the use cases; holds no rule of its own. */
export function createWalletSettingsHandlers(deps: AutoTopupDeps): Handlers<typeof WalletSettingsService> {
  return {
    getWalletSettings: async ({ shopId }, context) =>
      settingsMessage(await getWalletSettings(deps, actorOf(requireUser(context)), shopId)),
    async setWalletSettings({ shopId, alertBelowPaise, autoTopup }, context) {
      const wishes = {
        shopId,
        alertBelow: alertBelowPaise === 0n ? undefined : paiseFromInt64(alertBelowPaise),
        autoTopup: autoTopup && {
          below: paiseFromInt64(autoTopup.belowPaise),
          amount: paiseFromInt64(autoTopup.amountPaise),
        },
      };
      return settingsMessage(await setWalletSettings(deps, actorOf(requireUser(context)), wishes));
    },
    async revokeMandate({ shopId }, context) {
      await revokeMandate(deps, actorOf(requireUser(context)), shopId);
      return settingsMessage(await termsOf(deps, shopId));
    },
    async chargeAutoTopup({ topupId }) {
      const outcome = await chargeAutoTopup(deps, topupId);
      const reason = outcome.state === 'declined' ? outcome.reason : '';
      return { state: chargeStates[outcome.state], reason, amountPaise: toInt64(outcome.amount) };
    },
    async closeAutoTopup({ topupId, failure }) {
      await closeAutoTopup(deps, topupId, failure);
      return {};
    },
  };
}

const chargeStates = {
  pending: ChargeState.PENDING,
  credited: ChargeState.CREDITED,
  declined: ChargeState.DECLINED,
} as const;

function settingsMessage({ settings, mandate }: WalletTerms): MessageInitShape<typeof WalletSettingsSchema> {
  const { shopId, alertBelow, autoTopup, updatedAt } = settings;
  return {
    shopId,
    alertBelowPaise: toInt64(alertBelow ?? paise(0)),
    ...(autoTopup && { autoTopup: autoTopupMessage(autoTopup) }),
    ...(mandate && {
      mandate: {
        topupId: mandate.topupId,
        maxAmountPaise: toInt64(mandate.maxAmount),
        createTime: timestampFromDate(mandate.createdAt),
      },
    }),
    ...(updatedAt && { updateTime: timestampFromDate(updatedAt) }),
  };
}

function autoTopupMessage(auto: AutoTopup): MessageInitShape<typeof AutoTopupSchema> {
  const coolOff = coolOffEnd(auto);
  return {
    belowPaise: toInt64(auto.below),
    amountPaise: toInt64(auto.amount),
    state: auto.stopReason === undefined ? AutoState.ON : AutoState.STOPPED,
    stopReason: auto.stopReason ?? '',
    ...(coolOff && { coolOffEndTime: timestampFromDate(coolOff) }),
  };
}
