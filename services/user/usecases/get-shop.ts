import { type Actor, actsFor, shopNotFound } from '@doffers/ownership';
import type { Shop } from '../domain/shop.ts';
import type { Deps } from './deps.ts';

/** Who looks at a shop: a person, a stranger (undefined), or another service, which sees everything. */
export type Viewer = Actor | 'service' | undefined;

export type ShopView = { readonly shop: Shop; readonly whole: boolean };

/**
 * Reads a shop: all of it for its owner, admins and services, the public part for everybody once it is approved.
 *
 * @throws DomainError `SHOP_NOT_FOUND`
 */
export async function getShop({ shops }: Pick<Deps, 'shops'>, viewer: Viewer, shopId: string): Promise<ShopView> {
  const shop = await shops.find(shopId);
  if (shop === undefined) throw shopNotFound();
  const whole = viewer === 'service' || actsFor(viewer, shop.ownerId);
  if (!whole && shop.approval !== 'approved') throw shopNotFound();
  return { shop, whole };
}
