import { type Actor, actsFor } from '@doffers/ownership';
import type { PageQuery } from '@doffers/resource';
import type { Offer } from '../domain/offer.ts';
import type { Deps } from './deps.ts';

type ListShopOffersInput = PageQuery & { readonly shopId: string };

/**
 * Lists a shop's offers, newest first: all of them for its owner and admins, the live ones for others.
 *
 * @throws DomainError `SHOP_NOT_FOUND`
 */
export async function listShopOffers(
  deps: Deps,
  actor: Actor | undefined,
  { shopId, limit, after }: ListShopOffersInput,
): Promise<readonly Offer[]> {
  const shop = await deps.shopAccess(shopId);
  const liveAt = actsFor(actor, shop.ownerId) ? undefined : deps.now();
  return deps.offers.listOfShop({ shopId, liveAt, limit, after });
}
