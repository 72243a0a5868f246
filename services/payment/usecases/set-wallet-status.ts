import { type Actor, actForShop } from '@doffers/ownership';
import { emptyWallet, type Wallet } from '../domain/wallet.ts';
import { type StatusCommand, walletState } from '../domain/wallet-status.ts';
import type { WalletStatusDeps } from './wallet-status-deps.ts';

/**
 * Freezes a wallet, or ends a freeze, at the command of an admin. No money moves; who did it and why is kept.
 *
 * @throws DomainError `SHOP_NOT_FOUND`, `WALLET_STATE`, `IDEMPOTENCY_KEY_REUSED`
 */
export async function setWalletStatus(
  { books, inTransaction, shopAccess, newId, now }: WalletStatusDeps,
  admin: Actor,
  command: StatusCommand,
): Promise<Wallet> {
  const { shopId, deed, reason } = command;
  await actForShop(shopAccess, admin, shopId);
  await books.wallets.open(shopId);
  return inTransaction(({ wallets, walletStatus, commands }) =>
    commands.once({ scope: `wallet.status/${admin.userId}`, request: command }, async () => {
      const change = { id: newId(), shopId, deed, reason, actorId: admin.userId, createdAt: now() };
      if (!(await walletStatus.apply(change))) throw walletState(deed);
      return (await wallets.find(shopId)) ?? emptyWallet(shopId);
    }),
  );
}
