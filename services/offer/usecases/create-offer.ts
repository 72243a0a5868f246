import { type Actor, actForShop } from '@doffers/ownership';
import { checkOffer, type NewOffer, type Offer } from '../domain/offer.ts';
import type { Deps } from './deps.ts';

/**
 * Writes a draft. A repeated request id answers with the draft that the first call made.
 *
 * @throws DomainError `SHOP_NOT_FOUND`, `OFFER_PERIOD_INVALID`, `DISCOUNT_INVALID`, `IDEMPOTENCY_KEY_REUSED`, or
 * `OFFER_NOT_FOUND` when the draft of the first call is deleted by now
 */
export async function createOffer(deps: Deps, actor: Actor, input: NewOffer): Promise<Offer> {
  const { requestId, shopId, ...text } = input;
  const shop = await actForShop(deps.shopAccess, actor, shopId);
  const now = deps.now();
  return deps.offers.createOnce(input, () => {
    checkOffer(text, now); // inside: a repeated call gets its draft even when that has ended meanwhile
    const { ownerId, pincode } = shop;
    const row = { id: deps.newId(), shopId, ownerId, pincode, state: 'draft', version: 1 } as const;
    return { ...text, ...row, createdAt: now, updatedAt: now };
  });
}
