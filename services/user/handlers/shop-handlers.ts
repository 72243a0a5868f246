import { create } from '@bufbuild/protobuf';
import { actorOf } from '@doffers/ownership';
import { ShopSchema, type ShopService } from '@doffers/proto/user/v1/shop_service';
import { pageOf, pageQuery } from '@doffers/resource';
import { type CallContext, type Handlers, requireUser, userOf, validateMessage } from '@doffers/rpc';
import type { Decision, Shop, ShopDetails } from '../domain/shop.ts';
import { createShop } from '../usecases/create-shop.ts';
import { decideShop } from '../usecases/decide-shop.ts';
import type { Deps } from '../usecases/deps.ts';
import { getShop, type ShopView, type Viewer } from '../usecases/get-shop.ts';
import { listShops, listShopsOfOwner } from '../usecases/list-shops.ts';
import { updateShop } from '../usecases/update-shop.ts';
import { approvalOf, detailsFromMessage, detailsToMessage, toAccessMessage, toMessage } from './shop-message.ts';

type DecisionRequest = { readonly shopId: string; readonly requestId: string; readonly reason?: string };

/** Translates ShopService between protobuf and the use cases; holds no rule of its own. */
export function createShopHandlers(deps: Deps): Handlers<typeof ShopService> {
  const answer = (view: ShopView, context: CallContext) => {
    const message = toMessage(view);
    context.setHeader('etag', message.etag);
    return message;
  };
  const decision =
    (decision: Decision) =>
    async ({ shopId, requestId, reason = '' }: DecisionRequest, context: CallContext) => {
      const shop = await decideShop(deps, actorOf(requireUser(context)), { shopId, requestId, decision, reason });
      return answer(whole(shop), context);
    };
  return {
    async createShop(request, context) {
      const input = { ...detailsFromMessage(request), requestId: request.requestId };
      const shop = await createShop(deps, actorOf(requireUser(context)), input);
      context.created(`/v1/shops/${shop.id}`);
      return answer(whole(shop), context);
    },
    async getShop({ shopId }, context) {
      return answer(await getShop(deps, viewerIn(context), shopId), context);
    },
    async updateShop({ shop: patch = create(ShopSchema), updateMask }, context) {
      const shop = await updateShop(deps, actorOf(requireUser(context)), {
        shopId: patch.shopId,
        etag: patch.etag,
        paths: updateMask?.paths ?? [],
        patch: detailsFromMessage(patch),
        validate: (merged: ShopDetails) =>
          validateMessage(ShopSchema, create(ShopSchema, { ...detailsToMessage(merged), shopId: patch.shopId })),
      });
      return answer(whole(shop), context);
    },
    async listShops(request) {
      const query = pageQuery(request);
      const shops = await listShops(deps, { approval: approvalOf(request.approval), ...query });
      const { page, nextPageToken } = pageOf(shops, query);
      return { shops: page.map((shop) => toMessage(whole(shop))), nextPageToken };
    },
    approveShop: decision('approved'),
    rejectShop: decision('rejected'),
    suspendShop: decision('suspended'),
    async getShopAccess({ shopId }) {
      const { shop } = await getShop(deps, 'service', shopId);
      return toAccessMessage(shop);
    },
    async listShopsOfOwner({ ownerId }) {
      const shops = await listShopsOfOwner(deps, ownerId);
      return { shops: shops.map((shop) => toMessage(whole(shop))), nextPageToken: '' };
    },
  };
}

function whole(shop: Shop): ShopView {
  return { shop, whole: true };
}

/** A service that calls for a person sees what that person sees. */
function viewerIn({ caller }: CallContext): Viewer {
  const user = userOf(caller);
  if (user !== undefined) return actorOf(user);
  return caller.kind === 'service' ? 'service' : undefined;
}
