import { type Actor, actsFor, shopNotFound } from '@doffers/ownership';
import { applyUpdateMask, assertEtag } from '@doffers/resource';
import { askAgain, checkGstin, checkGstinState, type Shop, type ShopDetails } from '../domain/shop.ts';
import type { Deps } from './deps.ts';
import { findPlace } from './find-place.ts';

export type UpdateShopInput = {
  readonly shopId: string;
  readonly etag: string;
  readonly paths: readonly string[];
  readonly patch: ShopDetails;
  /** Checks the merged details by the rules of the API's fields. */
  readonly validate: (merged: ShopDetails) => void;
};

const changeable = {
  name: 'name',
  category: 'category',
  description: 'description',
  address: 'address',
  pincode: 'pincode',
  gstin: 'gstin',
} as const satisfies Record<string, keyof ShopDetails>;

/**
 * Changes the named fields. A rejected shop that its owner changes waits for approval again.
 *
 * @throws DomainError `SHOP_NOT_FOUND`, `ETAG_MISMATCH`, `UPDATE_MASK_INVALID`, `PINCODE_UNKNOWN`, `GSTIN_INVALID` or
 * `GSTIN_STATE_MISMATCH`
 */
export async function updateShop(deps: Deps, actor: Actor, input: UpdateShopInput): Promise<Shop> {
  const shop = await deps.shops.find(input.shopId);
  if (shop === undefined || !actsFor(actor, shop.ownerId)) throw shopNotFound();
  assertEtag(shop.version, input.etag);
  const { name, category, description, address, pincode, gstin } = shop;
  const current: ShopDetails = { name, category, description, address, pincode, gstin };
  const merged = applyUpdateMask(current, input.patch, input.paths, changeable);
  input.validate(merged);
  checkGstin(merged.gstin);
  const place = merged.pincode === shop.pincode ? {} : await findPlace(deps, merged.pincode, 'pincode');
  const changed = { ...shop, ...merged, ...place, updatedAt: deps.now() };
  // Only when it is this change that parts them: shops from before the rule may still change their name.
  if (changed.gstin !== shop.gstin || changed.state !== shop.state) checkGstinState(changed.gstin, changed.state);
  return deps.shops.save(actor.userId === shop.ownerId ? askAgain(changed) : changed);
}
