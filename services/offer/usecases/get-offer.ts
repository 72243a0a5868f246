import { type Actor, actsFor } from '@doffers/ownership';
import { isLive, type Offer, offerNotFound } from '../domain/offer.ts';
import type { Deps } from './deps.ts';

/**
 * Reads an offer: everybody sees live ones, its owner and admins see it in every state.
 *
 * @throws DomainError `OFFER_NOT_FOUND`
 */
export async function getOffer(deps: Deps, actor: Actor | undefined, offerId: string): Promise<Offer> {
  const offer = await deps.offers.find(offerId);
  if (offer === undefined || !(actsFor(actor, offer.ownerId) || isLive(offer, deps.now()))) throw offerNotFound();
  return offer;
}

/**
 * Reads an offer that `actor` wants to change; a stranger's attempt looks as if it did not exist.
 *
 * @throws DomainError `OFFER_NOT_FOUND`
 */
export async function getOwnOffer(deps: Deps, actor: Actor, offerId: string): Promise<Offer> {
  const offer = await deps.offers.find(offerId);
  if (offer === undefined || !actsFor(actor, offer.ownerId)) throw offerNotFound();
  return offer;
}
