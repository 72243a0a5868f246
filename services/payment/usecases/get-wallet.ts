import { type Actor, actForShop } from '@doffers/ownership';
import { emptyWallet, type Wallet } from '../domain/wallet.ts';
import type { Deps } from './deps.ts';

/**
 * Reads a shop's wallet, for its owner and admins.
 *
 * @throws DomainError `SHOP_NOT_FOUND`
 */
export async function getWallet({ books, shopAccess }: Deps, actor: Actor, shopId: string): Promise<Wallet> {
  await actForShop(shopAccess, actor, shopId);
  return (await books.wallets.find(shopId)) ?? emptyWallet(shopId);
}
