import type { Actor } from '@doffers/ownership';
import { type Decision, decide, type Shop } from '../domain/shop.ts';
import type { Deps } from './deps.ts';

export type DecideShopInput = {
  readonly shopId: string;
  readonly requestId: string;
  readonly decision: Decision;
  /** Told to the owner; empty for an approval. */
  readonly reason: string;
};

/**
 * Approves, rejects or suspends a shop. Of two admins who decide at the same moment one gets `SHOP_STATE`.
 *
 * @throws DomainError `SHOP_NOT_FOUND`, `SHOP_STATE` or `IDEMPOTENCY_KEY_REUSED`
 */
export async function decideShop(
  { shops, now }: Pick<Deps, 'shops' | 'now'>,
  admin: Actor,
  input: DecideShopInput,
): Promise<Shop> {
  return shops.decideOnce(admin.userId, input, (shop) => ({
    ...decide(shop, input.decision, input.reason),
    updatedAt: now(),
  }));
}
