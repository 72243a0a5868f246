import { paise } from '@doffers/money';
import { actorOf } from '@doffers/ownership';
import type { PackService } from '@doffers/proto/payment/v1/pack_service';
import { type Handlers, requireUser } from '@doffers/rpc';
import { chargePurchase, refundPurchase } from '../usecases/charge-purchase.ts';
import { grantPurchase, revokePurchase } from '../usecases/grant-purchase.ts';
import { listPacks } from '../usecases/list-packs.ts';
import { getEntitlements, reserveOffer, returnOffer } from '../usecases/offer-units.ts';
import type { PackDeps } from '../usecases/pack-deps.ts';
import { purchasePack } from '../usecases/purchase-pack.ts';
import { entitlementsMessage, packMessage, purchaseMessage } from './pack-message.ts';

/** Translates PackService between protobuf and the use cases; holds no rule of its own. */
export function createPackHandlers(deps: PackDeps): Handlers<typeof PackService> {
  return {
    async listPacks() {
      const packs = await listPacks(deps);
      return { packs: packs.map(packMessage) };
    },
    async purchasePack({ shopId, requestId, packId, expectedPricePaise: expected }, context) {
      const expectedPrice = expected === undefined ? undefined : paise(Number(expected));
      const request = { shopId, requestId, packId, ...(expectedPrice !== undefined && { expectedPrice }) };
      return purchaseMessage(await purchasePack(deps, actorOf(requireUser(context)), request));
    },
    async getEntitlements({ shopId }, context) {
      return entitlementsMessage(await getEntitlements(deps, actorOf(requireUser(context)), shopId));
    },
    chargePurchase: async ({ purchaseId }) => purchaseMessage(await chargePurchase(deps, purchaseId)),
    refundPurchase: async ({ purchaseId }) => purchaseMessage(await refundPurchase(deps, purchaseId)),
    grantPurchase: async ({ purchaseId }) => purchaseMessage(await grantPurchase(deps, purchaseId)),
    revokePurchase: async ({ purchaseId }) => purchaseMessage(await revokePurchase(deps, purchaseId)),
    reserveOffer: async ({ shopId, offerId }) => entitlementsMessage(await reserveOffer(deps, { shopId, offerId })),
    returnOffer: async ({ shopId, offerId }) => entitlementsMessage(await returnOffer(deps, { shopId, offerId })),
  };
}
