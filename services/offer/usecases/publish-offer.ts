import { type Actor, assertApproved } from '@doffers/ownership';
import { type Offer, publish } from '../domain/offer.ts';
import type { Deps } from './deps.ts';
import { getOwnOffer } from './get-offer.ts';

/**
 * Publishes a draft or paused offer of an approved shop. Publishing a published offer changes nothing, which makes a
 * repeated call harmless whatever its request id.
 *
 * @throws DomainError `OFFER_NOT_FOUND`, `OFFER_STATE`, `OFFER_EXPIRED` or `SHOP_NOT_APPROVED`
 */
export async function publishOffer(deps: Deps, actor: Actor, offerId: string): Promise<Offer> {
  const offer = await getOwnOffer(deps, actor, offerId);
  assertApproved(await deps.shopAccess(offer.shopId));
  const published = publish(offer, deps.now());
  return published === offer ? offer : deps.offers.save({ ...published, updatedAt: deps.now() });
}
