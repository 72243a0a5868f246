import type { Movement } from '../domain/hold.ts';
import type { Books } from '../repositories/books.ts';
import { changeWallet } from './change-wallet.ts';

/**
 * Writes what a step of a hold moves. The wallet comes last: all movements of a shop share its row, so it stays locked
 * for one statement and the commit only.
 *
 * @throws DomainError `INSUFFICIENT_FUNDS`, `WALLET_FROZEN`; roll back
 */
export async function postMovement(
  { ledger, wallets }: Pick<Books, 'ledger' | 'wallets'>,
  { hold, journal, change }: Movement,
  at: Date,
): Promise<void> {
  if (journal === undefined) return;
  await ledger.post(journal, at);
  await changeWallet(wallets, { shopId: hold.shopId, change, at });
}
