import { spendRefused, type WalletChange } from '../domain/wallet.ts';
import type { Books } from '../repositories/books.ts';

type Input = { readonly shopId: string; readonly change: WalletChange; readonly at: Date };

/**
 * Moves a balance, or says why it cannot be moved. All movements of a shop share the row: make it the last statement of
 * the transaction.
 *
 * @throws DomainError `INSUFFICIENT_FUNDS`, `WALLET_FROZEN`; roll back
 */
export async function changeWallet(wallets: Books['wallets'], { shopId, change, at }: Input): Promise<void> {
  if (await wallets.change(shopId, change, at)) return;
  const { status = 'active' } = (await wallets.find(shopId)) ?? {};
  throw spendRefused(status === 'active' ? 'INSUFFICIENT_FUNDS' : 'WALLET_FROZEN');
}
