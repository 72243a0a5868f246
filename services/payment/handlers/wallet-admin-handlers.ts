import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestampDate, timestampFromDate } from '@bufbuild/protobuf/wkt';
import { paiseFromInt64 } from '@doffers/money';
import { actorOf } from '@doffers/ownership';
import {
  type ChangeWalletStatusRequest,
  type WalletAdminService,
  WalletStatusChange_Deed,
  type WalletStatusChangeSchema,
} from '@doffers/proto/payment/v1/wallet_admin_service';
import { pageOf, pageQuery } from '@doffers/resource';
import { type CallContext, type Handlers, requireUser } from '@doffers/rpc';
import type { StatusChange, StatusDeed } from '../domain/wallet-status.ts';
import { grantPromo } from '../usecases/grant-promo.ts';
import { listStatusChanges } from '../usecases/list-status-changes.ts';
import { setWalletStatus } from '../usecases/set-wallet-status.ts';
import type { WalletStatusDeps } from '../usecases/wallet-status-deps.ts';
import { walletMessage } from './wallet-message.ts';

type Deps = WalletStatusDeps & Parameters<typeof grantPromo>[0];

/** Translates WalletAdminService between protobuf and the use cases; holds no rule of its own. */
export function createWalletAdminHandlers(deps: Deps): Handlers<typeof WalletAdminService> {
  const set = (deed: StatusDeed) => {
    return async ({ shopId, requestId, reason }: ChangeWalletStatusRequest, context: CallContext) => {
      const command = { shopId, requestId, deed, reason };
      return walletMessage(await setWalletStatus(deps, actorOf(requireUser(context)), command));
    };
  };
  return {
    freezeWallet: set('freeze'),
    unfreezeWallet: set('unfreeze'),
    async grantPromo({ shopId, requestId, amountPaise, expireTime, reason }, context) {
      if (expireTime === undefined) throw new Error('a request without its required expire_time passed validation');
      const expiresAt = timestampDate(expireTime);
      const request = { shopId, requestId, amount: paiseFromInt64(amountPaise), expiresAt, reason };
      return walletMessage(await grantPromo(deps, actorOf(requireUser(context)), request));
    },
    async listWalletStatusChanges({ shopId, pageSize, pageToken }, context) {
      const query = pageQuery({ pageSize, pageToken });
      const found = await listStatusChanges(deps, actorOf(requireUser(context)), { shopId, ...query });
      const { page, nextPageToken } = pageOf(found, query);
      return { changes: page.map(changeMessage), nextPageToken };
    },
  };
}

const deeds: Readonly<Record<StatusDeed, WalletStatusChange_Deed>> = {
  freeze: WalletStatusChange_Deed.FREEZE,
  unfreeze: WalletStatusChange_Deed.UNFREEZE,
  park: WalletStatusChange_Deed.PARK,
  unpark: WalletStatusChange_Deed.UNPARK,
};

function changeMessage(change: StatusChange): MessageInitShape<typeof WalletStatusChangeSchema> {
  const { id, deed, reason, actorId = '', createdAt } = change;
  return { changeId: id, deed: deeds[deed], reason, actorId, createTime: timestampFromDate(createdAt) };
}
