import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { paise, paiseFromInt64, toInt64 } from '@doffers/money';
import { actorOf } from '@doffers/ownership';
import type { WalletSettingsService } from '@doffers/proto/payment/v1/wallet_settings_service';
import { type Handlers, requireUser } from '@doffers/rpc';
import type { WalletSettings } from '../domain/wallet-settings.ts';
import { getWalletSettings, setWalletSettings, type WalletSettingsDeps } from '../usecases/wallet-settings.ts';

/** Translates WalletSettingsService between protobuf and the use cases; holds no rule of its own. */
export function createWalletSettingsHandlers(deps: WalletSettingsDeps): Handlers<typeof WalletSettingsService> {
  return {
    getWalletSettings: async ({ shopId }, context) =>
      settingsMessage(await getWalletSettings(deps, actorOf(requireUser(context)), shopId)),
    async setWalletSettings({ shopId, alertBelowPaise }, context) {
      const alertBelow = alertBelowPaise === 0n ? undefined : paiseFromInt64(alertBelowPaise);
      return settingsMessage(await setWalletSettings(deps, actorOf(requireUser(context)), { shopId, alertBelow }));
    },
  };
}

function settingsMessage({ shopId, alertBelow, updatedAt }: WalletSettings) {
  return {
    shopId,
    alertBelowPaise: toInt64(alertBelow ?? paise(0)),
    ...(updatedAt !== undefined && { updateTime: timestampFromDate(updatedAt) }),
  };
}
