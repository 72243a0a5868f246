import { type Actor, actForShop } from '@doffers/ownership';
import type { PageKey } from '@doffers/resource';
import type { Refund } from '../domain/refund.ts';
import type { RefundDeps } from './refund-deps.ts';

/**
 * Lists what goes back to a shop's payers, newest first, for its owner and admins.
 *
 * @throws DomainError `SHOP_NOT_FOUND`
 */
export async function listRefunds(
  { books, shopAccess }: Pick<RefundDeps, 'books' | 'shopAccess'>,
  actor: Actor,
  query: { readonly shopId: string; readonly limit: number; readonly after: PageKey | undefined },
): Promise<readonly Refund[]> {
  await actForShop(shopAccess, actor, query.shopId);
  return books.refunds.list(query);
}
