import { type Actor, actForShop } from '@doffers/ownership';
import type { EntryKey, WalletEntry } from '../domain/wallet.ts';
import type { Deps } from './deps.ts';

export type ListWalletEntriesInput = {
  readonly shopId: string;
  readonly limit: number;
  readonly after: EntryKey | undefined;
};

/**
 * Lists what moved in a shop's wallet, newest first, for its owner and admins.
 *
 * @throws DomainError `SHOP_NOT_FOUND`
 */
export async function listWalletEntries(
  { books, shopAccess }: Deps,
  actor: Actor,
  input: ListWalletEntriesInput,
): Promise<readonly WalletEntry[]> {
  await actForShop(shopAccess, actor, input.shopId);
  return books.ledger.listWalletEntries(input);
}
