import type { OfferService } from '@doffers/proto/offer/v1/offer_service';
import type { Client } from '@doffers/rpc';
import type { ShopDecided } from '../domain/events.ts';

export type ShopFollowers = {
  /** Has the offers of a shop seen, or not, as was decided. Safe to repeat. */
  decided(decision: Pick<ShopDecided['payload'], 'shopId' | 'decision' | 'version'>): Promise<void>;
};

/** Tells other services what was decided about a shop. */
export function createShopFollowers(offers: Pick<Client<typeof OfferService>, 'followShop'>): ShopFollowers {
  return {
    async decided({ shopId, decision, version }) {
      await offers.followShop({ shopId, decisionNo: BigInt(version), approved: decision === 'approved' });
    },
  };
}
