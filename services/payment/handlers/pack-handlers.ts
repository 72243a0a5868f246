import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { toInt64 } from '@doffers/money';
import { actorOf } from '@doffers/ownership';
import {
  type EntitlementsSchema,
  PackPurchase_State,
  type PackPurchaseSchema,
  type PackService,
} from '@doffers/proto/payment/v1/pack_service';
import { type Handlers, requireUser } from '@doffers/rpc';
import { type Entitlements, type Purchase, purchaseState } from '../domain/pack.ts';
import { chargePurchase, refundPurchase } from '../usecases/charge-purchase.ts';
import { grantPurchase, revokePurchase } from '../usecases/grant-purchase.ts';
import { listPacks } from '../usecases/list-packs.ts';
import { getEntitlements, reserveOffer, returnOffer } from '../usecases/offer-units.ts';
import type { PackDeps } from '../usecases/pack-deps.ts';
import { purchasePack } from '../usecases/purchase-pack.ts';

/** Translates PackService between protobuf and the use cases; holds no rule of its own. */
export function createPackHandlers(deps: PackDeps): Handlers<typeof PackService> {
  return {
    async listPacks() {
      const packs = await listPacks(deps);
      return { packs: packs.map(({ id, price, ...pack }) => ({ ...pack, packId: id, pricePaise: toInt64(price) })) };
    },
    async purchasePack({ shopId, requestId, packId }, context) {
      return purchaseMessage(await purchasePack(deps, actorOf(requireUser(context)), { shopId, requestId, packId }));
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

const states = {
  pending: PackPurchase_State.PENDING,
  completed: PackPurchase_State.COMPLETED,
  failed: PackPurchase_State.FAILED,
} as const;

function purchaseMessage(purchase: Purchase): MessageInitShape<typeof PackPurchaseSchema> {
  const { id: purchaseId, shopId, pack, total, createdAt } = purchase;
  return {
    purchaseId,
    shopId,
    packId: pack.id,
    totalPaise: toInt64(total),
    state: states[purchaseState(purchase)],
    createTime: timestampFromDate(createdAt),
  };
}

function entitlementsMessage({ shopId, granted, used }: Entitlements): MessageInitShape<typeof EntitlementsSchema> {
  return { shopId, offersGranted: granted, offersUsed: used };
}
