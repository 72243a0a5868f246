import { type Actor, actForShop } from '@doffers/ownership';
import { type Entitlements, packExhausted } from '../domain/entitlement.ts';
import { keyReused, voided } from '../domain/hold.ts';
import type { PackDeps } from './pack-deps.ts';

type Unit = { readonly shopId: string; readonly offerId: string };

/**
 * Uses one unit of what a shop may have for an offer, once per offer. That nothing is left is not remembered: the shop
 * buys a pack and publishes the same offer.
 *
 * @throws DomainError `PACK_EXHAUSTED`, `VOIDED`, `IDEMPOTENCY_KEY_REUSED` for another shop's offer
 */
export function reserveOffer(
  { inTransaction, now }: Pick<PackDeps, 'inTransaction' | 'now'>,
  unit: Unit,
): Promise<Entitlements> {
  return inTransaction(async ({ entitlements }) => {
    const outcome = await entitlements.use(unit, now());
    if (outcome === 'none') throw packExhausted();
    if (outcome === 'taken') {
      const earlier = await entitlements.findUnit(unit.offerId);
      if (earlier?.shopId !== unit.shopId) throw keyReused();
      if (earlier.state === 'returned') throw voided();
    }
    return entitlements.read(unit.shopId, now());
  });
}

/**
 * Gives the unit of an offer back that was never published. An offer that has none gets a tombstone, so that a
 * reservation which comes late is refused.
 *
 * @throws DomainError `IDEMPOTENCY_KEY_REUSED` for another shop's offer
 */
export function returnOffer(
  { inTransaction, now }: Pick<PackDeps, 'inTransaction' | 'now'>,
  unit: Unit,
): Promise<Entitlements> {
  return inTransaction(async ({ entitlements }) => {
    const earlier = await entitlements.findUnit(unit.offerId);
    if (earlier !== undefined && earlier.shopId !== unit.shopId) throw keyReused();
    await entitlements.giveBack(unit);
    return entitlements.read(unit.shopId, now());
  });
}

/**
 * Reads what a shop may still use, for its owner and admins.
 *
 * @throws DomainError `SHOP_NOT_FOUND`
 */
export async function getEntitlements(
  { books, shopAccess, now }: Pick<PackDeps, 'books' | 'shopAccess' | 'now'>,
  actor: Actor,
  shopId: string,
): Promise<Entitlements> {
  await actForShop(shopAccess, actor, shopId);
  return books.entitlements.read(shopId, now());
}
