import { type Actor, actForShop, assertApproved, type ReadShopAccess } from '@doffers/ownership';
import { type ActiveMandate, type AutoTopup, assertCovered } from '../domain/auto-topup.ts';
import type { WalletSettings } from '../domain/wallet-settings.ts';
import type { Books } from '../repositories/books.ts';

type SettingsBooks = Pick<Books, 'wallets' | 'walletSettings' | 'mandates'>;

export type WalletSettingsDeps = {
  readonly books: SettingsBooks;
  readonly inTransaction: <T>(work: (books: SettingsBooks) => Promise<T>) => Promise<T>;
  readonly shopAccess: ReadShopAccess;
  readonly now: () => Date;
};

/** Settings, and by which mandate top-ups are taken. */
export type WalletTerms = { readonly settings: WalletSettings; readonly mandate: ActiveMandate | undefined };

/** @throws DomainError `SHOP_NOT_FOUND` */
export async function getWalletSettings(deps: WalletSettingsDeps, actor: Actor, shopId: string): Promise<WalletTerms> {
  await actForShop(deps.shopAccess, actor, shopId);
  return termsOf(deps, shopId);
}

type Wishes = Pick<WalletSettings, 'shopId' | 'alertBelow'> & {
  readonly autoTopup: Pick<AutoTopup, 'below' | 'amount'> | undefined;
};

/**
 * Replaces what a shop wishes for its wallet. A wallet that is low by the new threshold already counts. Automatic
 * top-ups that had stopped go on; one that is being paid, and the time since the last one, stay.
 *
 * @throws DomainError `SHOP_NOT_FOUND`, `SHOP_NOT_APPROVED`, `MANDATE_MISSING`, `MANDATE_LIMIT`
 */
export async function setWalletSettings(
  deps: WalletSettingsDeps,
  actor: Actor,
  { shopId, alertBelow, autoTopup }: Wishes,
): Promise<WalletTerms> {
  const { books, inTransaction, now } = deps;
  const shop = await actForShop(deps.shopAccess, actor, shopId);
  if (autoTopup !== undefined) {
    assertApproved(shop);
    assertCovered(autoTopup.amount, await books.mandates.findActive(shopId));
  }
  await books.wallets.open(shopId);
  await inTransaction(async ({ walletSettings }) => {
    await walletSettings.save({ shopId, alertBelow }, now());
    await walletSettings.saveAutoTopup(shopId, autoTopup);
  });
  return termsOf(deps, shopId);
}

export async function termsOf({ books }: Pick<WalletSettingsDeps, 'books'>, shopId: string): Promise<WalletTerms> {
  const [settings, mandate] = await Promise.all([books.walletSettings.find(shopId), books.mandates.findActive(shopId)]);
  return { settings, mandate };
}
