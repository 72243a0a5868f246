import type { Actor } from '@doffers/ownership';
import { applyUpdateMask, assertEtag } from '@doffers/resource';
import { checkOffer, type Offer, type OfferText, requireState } from '../domain/offer.ts';
import type { Deps } from './deps.ts';
import { getOwnOffer } from './get-offer.ts';

export type UpdateOfferInput = {
  readonly offerId: string;
  readonly etag: string;
  readonly paths: readonly string[];
  readonly patch: OfferText;
  /** Checks the merged text by the rules of the API's fields. */
  readonly validate: (merged: OfferText) => void;
};

const changeable = {
  title: 'title',
  description: 'description',
  category: 'category',
  discount: 'discount',
  start_time: 'startAt',
  end_time: 'endAt',
} as const satisfies Record<string, keyof OfferText>;

/**
 * Changes the named fields of a draft or paused offer; a live one is paused first, so that nobody's screen lies.
 *
 * @throws DomainError `OFFER_NOT_FOUND`, `OFFER_STATE`, `ETAG_MISMATCH`, `UPDATE_MASK_INVALID`,
 * `OFFER_PERIOD_INVALID` or `DISCOUNT_INVALID`
 */
export async function updateOffer(deps: Deps, actor: Actor, input: UpdateOfferInput): Promise<Offer> {
  const offer = await getOwnOffer(deps, actor, input.offerId);
  assertEtag(offer.version, input.etag);
  requireState(offer, ['draft', 'paused'], 'change');
  const { title, description, category, discount, startAt, endAt } = offer;
  const current: OfferText = { title, description, category, discount, startAt, endAt };
  const merged = applyUpdateMask(current, input.patch, input.paths, changeable);
  input.validate(merged);
  checkOffer(merged, deps.now());
  return deps.offers.save({ ...offer, ...merged, updatedAt: deps.now() });
}
