import type { InboxService } from '@doffers/proto/notification/v1/inbox_service';
import { Topup_State, type WalletService } from '@doffers/proto/payment/v1/wallet_service';
import type { ShopService } from '@doffers/proto/user/v1/shop_service';
import type { Client } from '@doffers/rpc';
import { type BillingNotice, billingNotice } from './billing-notices.ts';

export type BillingActivities = {
  /** Asks the gateway what was paid for a top-up, and credits it. */
  syncTopup(input: { topupId: string }): Promise<{ credited: boolean }>;
  /** Tells a shop's owner about money, once per key. */
  sendBillingNotice(input: { key: string; shopId: string; notice: BillingNotice }): Promise<void>;
};

type Deps = {
  readonly wallets: Pick<Client<typeof WalletService>, 'syncTopup'>;
  readonly shops: Pick<Client<typeof ShopService>, 'getShopAccess'>;
  readonly inbox: Pick<Client<typeof InboxService>, 'sendNotice'>;
};

/** Activities around a wallet. */
export function createBillingActivities({ wallets, shops, inbox }: Deps): BillingActivities {
  return {
    async syncTopup({ topupId }) {
      const { state } = await wallets.syncTopup({ topupId });
      return { credited: state === Topup_State.CREDITED };
    },
    async sendBillingNotice({ key, shopId, notice }) {
      const { ownerId } = await shops.getShopAccess({ shopId });
      await inbox.sendNotice({ idempotencyKey: key, userId: ownerId, ...billingNotice(shopId, notice) });
    },
  };
}
