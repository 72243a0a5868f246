import type { Actor } from '@doffers/ownership';
import { checkGstin, checkGstinState, type NewShop, type Shop } from '../domain/shop.ts';
import type { Deps } from './deps.ts';
import { findPlace } from './find-place.ts';

/**
 * Registers a shop, which waits for an admin from then on. Its owner becomes a shopkeeper: at once where possible, and
 * by the outbox in any case, since the next refresh of the owner's tokens should already carry the role.
 *
 * @throws DomainError `PINCODE_UNKNOWN`, `GSTIN_INVALID`, `GSTIN_STATE_MISMATCH`, `SHOP_LIMIT` or `IDEMPOTENCY_KEY_REUSED`
 */
export async function createShop(deps: Deps, { userId }: Actor, input: NewShop): Promise<Shop> {
  const { requestId: _, ...details } = input;
  checkGstin(details.gstin);
  const place = await findPlace(deps, details.pincode, 'pincode');
  checkGstinState(details.gstin, place.state);
  const now = deps.now();
  const shop = await deps.shops.createOnce(userId, input, () => ({
    ...details,
    ...place,
    id: deps.newId(),
    ownerId: userId,
    approval: 'pending',
    approvalReason: '',
    decisions: 0,
    createdAt: now,
    updatedAt: now,
    version: 1,
  }));
  await deps.roles.tryGrantShopkeeper(userId);
  return shop;
}
