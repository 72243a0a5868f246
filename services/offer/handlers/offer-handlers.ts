import { create } from '@bufbuild/protobuf';
import { actorOf } from '@doffers/ownership';
import { ListNearbyOffersRequest_OrderBy, OfferSchema, type OfferService } from '@doffers/proto/offer/v1/offer_service';
import { pageOf, pageQuery, pageSizeOf } from '@doffers/resource';
import { type CallContext, type Handlers, requireUser, userOf, validateMessage } from '@doffers/rpc';
import type { Offer, OfferText } from '../domain/offer.ts';
import { createOffer } from '../usecases/create-offer.ts';
import { deleteOffer } from '../usecases/delete-offer.ts';
import type { Deps } from '../usecases/deps.ts';
import { followShop } from '../usecases/follow-shop.ts';
import { getOffer } from '../usecases/get-offer.ts';
import { listNearbyOffers } from '../usecases/list-nearby-offers.ts';
import { listShopOffers } from '../usecases/list-shop-offers.ts';
import { publishOffer } from '../usecases/publish-offer.ts';
import { updateOffer } from '../usecases/update-offer.ts';
import { nearbyPageFrom, nearbyPageToken } from './nearby-page.ts';
import { textFromMessage, textToMessage, toMessage } from './offer-message.ts';

/** Translates OfferService between protobuf and the use cases; holds no rule of its own. */
export function createOfferHandlers(deps: Deps): Handlers<typeof OfferService> {
  const answer = (offer: Offer, context: CallContext) => {
    const message = toMessage(offer, deps.now());
    context.setHeader('etag', message.etag);
    return message;
  };
  return {
    async createOffer(request, context) {
      const { shopId, requestId } = request;
      const input = { ...textFromMessage(request), shopId, requestId };
      const offer = await createOffer(deps, actorOf(requireUser(context)), input);
      context.created(`/v1/offers/${offer.id}`);
      return answer(offer, context);
    },
    async getOffer(request, context) {
      return answer(await getOffer(deps, actorIn(context), request.offerId), context);
    },
    async listShopOffers(request, context) {
      const query = pageQuery(request);
      const offers = await listShopOffers(deps, actorIn(context), { shopId: request.shopId, ...query });
      const { page, nextPageToken } = pageOf(offers, query);
      return { offers: page.map((offer) => toMessage(offer, deps.now())), nextPageToken };
    },
    async listNearbyOffers(request) {
      const { pincode, category, orderBy } = request;
      const pageSize = pageSizeOf(request.pageSize);
      const { offers, radiusM, last } = await listNearbyOffers(deps, {
        pincode,
        radiusM: request.radiusKm * 1_000,
        category: category === '' ? undefined : category,
        order: orderBy === ListNearbyOffersRequest_OrderBy.ENDING_SOON ? 'ending_soon' : 'distance',
        pageSize,
        after: nearbyPageFrom(request.pageToken),
      });
      return {
        offers: offers.map(({ offer, distanceM }) => ({ offer: toMessage(offer, deps.now()), distanceM })),
        radiusKm: radiusM / 1_000,
        nextPageToken: last === undefined ? '' : nearbyPageToken(last, radiusM),
      };
    },
    async updateOffer({ offer: patch = create(OfferSchema), updateMask }, context) {
      const offer = await updateOffer(deps, actorOf(requireUser(context)), {
        offerId: patch.offerId,
        etag: patch.etag,
        paths: updateMask?.paths ?? [],
        patch: textFromMessage(patch),
        validate: (merged: OfferText) => validateMessage(OfferSchema, create(OfferSchema, textToMessage(merged))),
      });
      return answer(offer, context);
    },
    async deleteOffer(request, context) {
      await deleteOffer(deps, actorOf(requireUser(context)), request.offerId);
      return {};
    },
    async publishOffer(request, context) {
      return answer(await publishOffer(deps, actorOf(requireUser(context)), request.offerId), context);
    },
    async followShop({ shopId, decisionNo, approved }) {
      await followShop(deps, { shopId, decisionNo: Number(decisionNo), approved });
      return {};
    },
  };
}

/** Who calls a public method, if anybody logged in. */
function actorIn(context: CallContext) {
  const user = userOf(context.caller);
  return user === undefined ? undefined : actorOf(user);
}
