import { DomainError } from '@doffers/errors';
import { type Actor, assertApproved, shopNotApproved } from '@doffers/ownership';
import { type Offer, publish } from '../domain/offer.ts';
import type { Deps } from './deps.ts';
import { getOwnOffer } from './get-offer.ts';

const attempts = 3;

/**
 * Publishes a draft or paused offer of an approved shop, at the PIN code where the shop is now. Publishing a published
 * offer changes nothing, which makes a repeated call harmless whatever its request id.
 *
 * @throws DomainError `OFFER_NOT_FOUND`, `OFFER_EXPIRED`, `SHOP_NOT_APPROVED`, or `ETAG_MISMATCH` while
 * somebody keeps changing the offer
 */
export async function publishOffer(deps: Deps, actor: Actor, offerId: string): Promise<Offer> {
  for (let attempt = 1; ; attempt++) {
    const offer = await getOwnOffer(deps, actor, offerId);
    const shop = await deps.shopAccess(offer.shopId);
    assertApproved(shop);
    // Only its shop's suspension makes it so, of which what is remembered of the shop may not know yet.
    if (offer.state === 'suspended') throw shopNotApproved();
    const published = publish(offer, deps.now());
    if (published === offer) return offer;
    try {
      return await deps.standings.show({ ...published, pincode: shop.pincode, updatedAt: deps.now() });
    } catch (error) {
      // Two people publish at once: what the faster one made is what the other wants.
      const isRace = error instanceof DomainError && error.reason === 'ETAG_MISMATCH';
      if (!isRace || attempt === attempts) throw error;
    }
  }
}
