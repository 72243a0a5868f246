import { type Actor, actForShop } from '@doffers/ownership';
import type { PageQuery } from '@doffers/resource';
import type { StatusChange } from '../domain/wallet-status.ts';
import type { WalletStatusDeps } from './wallet-status-deps.ts';

/**
 * Lists who froze, parked or released a shop's wallet and why, newest first, for admins.
 *
 * @throws DomainError `SHOP_NOT_FOUND`
 */
export async function listStatusChanges(
  { books, shopAccess }: Pick<WalletStatusDeps, 'books' | 'shopAccess'>,
  admin: Actor,
  { shopId, ...page }: { readonly shopId: string } & PageQuery,
): Promise<readonly StatusChange[]> {
  await actForShop(shopAccess, admin, shopId);
  return books.walletStatus.list({ shopId, ...page });
}
