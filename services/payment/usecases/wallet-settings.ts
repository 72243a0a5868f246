import { type Actor, actForShop, type ReadShopAccess } from '@doffers/ownership';
import type { WalletSettings } from '../domain/wallet-settings.ts';
import type { Books } from '../repositories/books.ts';

export type WalletSettingsDeps = {
  readonly books: Pick<Books, 'wallets' | 'walletSettings'>;
  readonly shopAccess: ReadShopAccess;
  readonly now: () => Date;
};

/** @throws DomainError `SHOP_NOT_FOUND` */
export async function getWalletSettings(
  { books, shopAccess }: WalletSettingsDeps,
  actor: Actor,
  shopId: string,
): Promise<WalletSettings> {
  await actForShop(shopAccess, actor, shopId);
  return books.walletSettings.find(shopId);
}

/**
 * Replaces what a shop wishes for its wallet. A wallet that is low by the new threshold already is told of as well.
 *
 * @throws DomainError `SHOP_NOT_FOUND`
 */
export async function setWalletSettings(
  { books, shopAccess, now }: WalletSettingsDeps,
  actor: Actor,
  { shopId, ...wishes }: Omit<WalletSettings, 'updatedAt'>,
): Promise<WalletSettings> {
  await actForShop(shopAccess, actor, shopId);
  await books.wallets.open(shopId);
  await books.walletSettings.save({ shopId, ...wishes, updatedAt: now() }, now());
  return books.walletSettings.find(shopId);
}
