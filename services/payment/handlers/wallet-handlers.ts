import { paiseFromInt64 } from '@doffers/money';
import { actorOf } from '@doffers/ownership';
import type { WalletService } from '@doffers/proto/payment/v1/wallet_service';
import { pageSizeOf } from '@doffers/resource';
import { type Handlers, requireUser } from '@doffers/rpc';
import { createTopup } from '../usecases/create-topup.ts';
import type { Deps as UseCaseDeps } from '../usecases/deps.ts';
import { getTopup } from '../usecases/get-topup.ts';
import { getWallet } from '../usecases/get-wallet.ts';
import { listWalletEntries } from '../usecases/list-wallet-entries.ts';
import { syncTopup } from '../usecases/sync-topup.ts';
import { entryKeyFrom, entryMessage, entryPageToken, topupMessage, walletMessage } from './wallet-message.ts';

type Deps = UseCaseDeps &
  Parameters<typeof syncTopup>[0] & {
    /** The public key that the checkout needs. */
    readonly gatewayKeyId: string;
  };

/** Translates WalletService between protobuf and the use cases; holds no rule of its own. */
export function createWalletHandlers(deps: Deps): Handlers<typeof WalletService> {
  return {
    async getWallet({ shopId }, context) {
      return walletMessage(await getWallet(deps, actorOf(requireUser(context)), shopId));
    },
    async listWalletEntries({ shopId, pageSize, pageToken }, context) {
      const limit = pageSizeOf(pageSize);
      const after = entryKeyFrom(pageToken);
      // One more than the page shows whether there is another.
      const query = { shopId, limit: limit + 1, after };
      const found = await listWalletEntries(deps, actorOf(requireUser(context)), query);
      const page = found.slice(0, limit);
      const last = found.length > limit ? page.at(-1) : undefined;
      return { entries: page.map(entryMessage), nextPageToken: last === undefined ? '' : entryPageToken(last) };
    },
    async createTopup({ shopId, requestId, amountPaise, saveMandate }, context) {
      const mandate = saveMandate ? ({ savesMandate: true } as const) : {};
      const input = { shopId, requestId, amount: paiseFromInt64(amountPaise), ...mandate };
      const topup = await createTopup(deps, actorOf(requireUser(context)), input);
      context.created(`/v1/topups/${topup.id}`);
      return topupMessage(topup, deps.gatewayKeyId, deps.now());
    },
    async getTopup({ topupId }, context) {
      const topup = await getTopup(deps, actorOf(requireUser(context)), topupId);
      return topupMessage(topup, deps.gatewayKeyId, deps.now());
    },
    async syncTopup({ topupId }) {
      return topupMessage(await syncTopup(deps, topupId), deps.gatewayKeyId, deps.now());
    },
  };
}
