import { type Actor, actForShop, type ReadShopAccess } from '@doffers/ownership';
import { type GrantRequest, grantJournal } from '../domain/credit-grant.ts';
import { emptyWallet, type Wallet } from '../domain/wallet.ts';
import type { Books } from '../repositories/books.ts';
import { changeWallet } from './change-wallet.ts';

type GrantBooks = Pick<Books, 'ledger' | 'wallets' | 'commands'>;
type Deps = {
  readonly books: Pick<Books, 'wallets'>;
  readonly inTransaction: <T>(work: (books: GrantBooks) => Promise<T>) => Promise<T>;
  readonly shopAccess: ReadShopAccess;
  readonly newId: () => string;
  readonly now: () => Date;
};

/**
 * Gives a shop promotional credit that ends, once, and answers its wallet as it is then.
 *
 * @throws DomainError `SHOP_NOT_FOUND`, `EXPIRE_TIME_INVALID`, `IDEMPOTENCY_KEY_REUSED`
 */
export async function grantPromo(deps: Deps, admin: Actor, request: GrantRequest): Promise<Wallet> {
  const { books, inTransaction, shopAccess, newId, now } = deps;
  const { shopId, amount } = request;
  await actForShop(shopAccess, admin, shopId);
  await books.wallets.open(shopId);
  await inTransaction(({ ledger, wallets, commands }) =>
    commands.once({ scope: `promo.grant/${admin.userId}`, request }, async () => {
      const at = now();
      const grantId = newId();
      await ledger.post(grantJournal(grantId, request, at), at);
      await changeWallet(wallets, { shopId, change: { postedPromo: amount }, at });
      return grantId;
    }),
  );
  return (await books.wallets.find(shopId, now())) ?? emptyWallet(shopId);
}
