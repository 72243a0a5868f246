import type { Actor } from '@doffers/ownership';
import { decide, type Shop, type ShopDecision } from '../domain/shop.ts';
import type { Deps } from './deps.ts';

/**
 * Approves, rejects or suspends a shop. Of two admins who decide at the same moment one gets `SHOP_STATE`.
 *
 * @throws DomainError `SHOP_NOT_FOUND`, `SHOP_STATE` or `IDEMPOTENCY_KEY_REUSED`
 */
export async function decideShop(
  { shops, now }: Pick<Deps, 'shops' | 'now'>,
  admin: Actor,
  input: ShopDecision,
): Promise<Shop> {
  return shops.decideOnce(admin.userId, input, (shop) => ({
    ...decide(shop, input.decision, input.reason),
    updatedAt: now(),
  }));
}
