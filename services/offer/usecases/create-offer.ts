import { DomainError } from '@doffers/errors';
import { type Actor, actForShop } from '@doffers/ownership';
import { checkOffer, type NewOffer, type Offer } from '../domain/offer.ts';
import type { Deps } from './deps.ts';
import { reserveUnit } from './units.ts';

const attempts = 3;

/**
 * Writes a draft, which uses one unit of the shop's packs. A repeated request id answers with the draft that the first
 * call made, or goes on with the unit that it reserved.
 *
 * @throws DomainError `SHOP_NOT_FOUND`, `OFFER_PERIOD_INVALID`, `DISCOUNT_INVALID`, `PACK_EXHAUSTED`,
 * `IDEMPOTENCY_KEY_REUSED`, `CONCURRENT_CHANGE`, or `OFFER_NOT_FOUND` when the draft of the first call is deleted by now
 */
export async function createOffer(deps: Deps, actor: Actor, input: NewOffer): Promise<Offer> {
  const { requestId, shopId, ...text } = input;
  const { ownerId, pincode } = await actForShop(deps.shopAccess, actor, shopId);
  for (let attempt = 1; attempt <= attempts; attempt++) {
    const earlier = await deps.offers.findCreated(input);
    if (earlier !== undefined) return earlier; // also when its period has ended meanwhile
    const now = deps.now();
    checkOffer(text, now);
    const id = await reserveUnit(deps, { shopId, requestId });
    if (id === undefined) continue;
    const row = { id, shopId, ownerId, pincode, state: 'draft', version: 1, createdAt: now, updatedAt: now } as const;
    const created = await deps.offers.create(input, { ...text, ...row });
    if (created !== undefined) return created;
  }
  throw new DomainError('aborted', 'CONCURRENT_CHANGE', 'the same request is being worked on elsewhere; try again');
}
