import { timestampDate } from '@bufbuild/protobuf/wkt';
import { DomainError } from '@doffers/errors';
import { paiseFromInt64 } from '@doffers/money';
import type { ShopAccess } from '@doffers/ownership';
import type { Offer, OfferService } from '@doffers/proto/offer/v1/offer_service';
import type { Client } from '@doffers/rpc';
import type { OfferFacts } from '../domain/offer-facts.ts';

/** Reads what an offer promises from the service that owns it. */
export type OfferReader = {
  /** @throws DomainError `OFFER_NOT_FOUND`, also for an offer of another shop */
  factsOf(shop: ShopAccess, offerId: string): Promise<OfferFacts>;
};

export function createOfferReader(offers: Client<typeof OfferService>): OfferReader {
  return {
    async factsOf(shop, offerId) {
      const offer = await offers.getOffer({ offerId });
      if (offer.shopId !== shop.shopId || offer.endTime === undefined) {
        throw new DomainError('not_found', 'OFFER_NOT_FOUND', 'there is no such offer');
      }
      return {
        shopName: shop.name,
        title: offer.title,
        description: offer.description,
        ...discountOf(offer),
        startAt: offer.startTime === undefined ? undefined : timestampDate(offer.startTime),
        endAt: timestampDate(offer.endTime),
      };
    },
  };
}

function discountOf({ discount }: Offer): Pick<OfferFacts, 'percent' | 'amounts'> {
  const kind = discount?.kind;
  const own = kind?.case === 'percent' ? kind.value.capPaise : (kind?.value?.amountPaise ?? 0n);
  const amounts = [own, discount?.minBillPaise ?? 0n].filter((amount) => amount > 0n).map(paiseFromInt64);
  return { percent: kind?.case === 'percent' ? kind.value.percent : undefined, amounts };
}
