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
      await Promise.all(
        pincodes.map((pincode) =>
          places.getPincode({ pincode }).catch((error: unknown) => {
            throw aboutTheAudience(error, pincode);
          }),
        ),
      );
    },
  };
}

/** Where the PIN code itself is asked for, it is not found; here it is a field of the request that is wrong. */
function aboutTheAudience(error: unknown, pincode: string): unknown {
  if (!(error instanceof DomainError) || error.reason !== 'PINCODE_UNKNOWN') return error;
  const message = `PIN code ${pincode} does not exist: check its six digits`;
  const fields = [{ field: 'audience.pincodes', description: message, reason: 'unknown_pincode' }];
  return new DomainError('invalid_argument', 'PINCODE_UNKNOWN', message, { cause: error, fields });
}
