import type { Actor } from '@doffers/ownership';
import { requireState } from '../domain/offer.ts';
import type { Deps } from './deps.ts';
import { getOwnOffer } from './get-offer.ts';
import { returnSoon } from './units.ts';

/**
 * Deletes a draft and gives its unit back. What was ever published stays, since vouchers and campaigns may refer to it.
 *
 * @throws DomainError `OFFER_NOT_FOUND` or `OFFER_STATE`
 */
export async function deleteOffer(deps: Deps, actor: Actor, offerId: string): Promise<void> {
  const offer = await getOwnOffer(deps, actor, offerId);
  requireState(offer, ['draft'], 'delete');
  await deps.offers.deleteDraft(offer, deps.now());
  await returnSoon(deps, { offerId, shopId: offer.shopId });
}
