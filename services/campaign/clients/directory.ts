import { DomainError } from '@doffers/errors';
import type { OfferService } from '@doffers/proto/offer/v1/offer_service';
import type { PlaceService } from '@doffers/proto/user/v1/place_service';
import type { Client } from '@doffers/rpc';

/** What a campaign refers to and other services own. */
export type Directory = {
  /** @throws DomainError `OFFER_NOT_FOUND`, also for an offer of another shop */
  requireOffer(shopId: string, offerId: string): Promise<void>;
  /** @throws DomainError `PINCODE_UNKNOWN` */
  requirePincodes(pincodes: readonly string[]): Promise<void>;
};

export function createDirectory(offers: Client<typeof OfferService>, places: Client<typeof PlaceService>): Directory {
  return {
    async requireOffer(shopId, offerId) {
      const offer = await offers.getOffer({ offerId });
      if (offer.shopId !== shopId) throw new DomainError('not_found', 'OFFER_NOT_FOUND', 'there is no such offer');
    },
    async requirePincodes(pincodes) {
      await Promise.all(pincodes.map((pincode) => places.getPincode({ pincode })));
    },
  };
}
