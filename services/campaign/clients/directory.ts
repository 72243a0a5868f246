import { timestampDate } from '@bufbuild/protobuf/wkt';
import { DomainError } from '@doffers/errors';
import { Offer_State, type OfferService } from '@doffers/proto/offer/v1/offer_service';
import type { PlaceService } from '@doffers/proto/user/v1/place_service';
import type { Client } from '@doffers/rpc';
import type { OfferPeriod } from '../domain/offer-period.ts';

/** What a campaign refers to and other services own. */
export type Directory = {
  /** @throws DomainError `OFFER_NOT_FOUND`, also for an offer of another shop */
  offerOf(shopId: string, offerId: string): Promise<OfferPeriod>;
  /** @throws DomainError `PINCODE_UNKNOWN` */
  requirePincodes(pincodes: readonly string[]): Promise<void>;
};

export function createDirectory(
  offers: Pick<Client<typeof OfferService>, 'getOffer'>,
  places: Pick<Client<typeof PlaceService>, 'findUnknownPincodes'>,
): Directory {
  return {
    async offerOf(shopId, offerId) {
      const offer = await offers.getOffer({ offerId });
      if (offer.shopId !== shopId || offer.endTime === undefined) {
        throw new DomainError('not_found', 'OFFER_NOT_FOUND', 'there is no such offer');
      }
      return {
        active: offer.state === Offer_State.ACTIVE,
        startAt: offer.startTime && timestampDate(offer.startTime),
        endAt: timestampDate(offer.endTime),
      };
    },
    async requirePincodes(pincodes) {
      const { unknown } = await places.findUnknownPincodes({ pincodes: [...pincodes] });
      if (unknown.length > 0) throw pincodesUnknown(unknown);
    },
  };
}

function pincodesUnknown(unknown: readonly string[]): DomainError {
  const message = `there is no PIN code ${unknown.slice(0, 5).join(', ')}: check the six digits`;
  const fields = [{ field: 'audience.pincodes', description: message, reason: 'unknown_pincode' }];
  return new DomainError('invalid_argument', 'PINCODE_UNKNOWN', message, { fields });
}
