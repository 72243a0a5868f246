import { type Paise, paise } from '@doffers/money';
import { expiryJournal } from '../domain/credit-grant.ts';
import { spendRefusalOf } from '../domain/wallet.ts';
import type { Books } from '../repositories/books.ts';
import { changeWallet } from './change-wallet.ts';

type ExpiryBooks = Pick<Books, 'ledger' | 'wallets' | 'lots'>;
type Deps = {
  readonly books: Pick<Books, 'lots'>;
  readonly inTransaction: <T>(work: (books: ExpiryBooks) => Promise<T>) => Promise<T>;
  readonly newId: () => string;
  readonly now: () => Date;
};

/** Takes promotional credit that has expired away, shop by shop, and answers how many shops that were. */
export async function expireCredit(deps: Deps, { limit }: { readonly limit: number }): Promise<number> {
  const shops = await deps.books.lots.listExpired(deps.now(), limit);
  let swept = 0;
  for (const shopId of shops) if ((await expireOf(deps, shopId)) > 0) swept++;
  return swept;
}

/** A hold that was placed or closed meanwhile, or a freeze, refuses it: the next sweep looks again. */
function expireOf({ inTransaction, newId, now }: Deps, shopId: string): Promise<Paise> {
  const nothing = paise(0);
  return inTransaction(async ({ ledger, wallets, lots }) => {
    const at = now();
    const expired = await lots.lockExpired(shopId, at);
    const wallet = await wallets.find(shopId, at);
    const journal = expiryJournal({ shopId, sweepId: newId() }, expired, wallet?.heldPromo ?? nothing);
    if (journal === undefined) return nothing;
    await ledger.post(journal, at);
    const gone = paise(expired - (wallet?.heldPromo ?? 0));
    await changeWallet(wallets, { shopId, change: { postedPromo: paise(0 - gone) }, at });
    return gone;
  }).catch((error: unknown) => {
    if (spendRefusalOf(error) !== undefined) return nothing;
    throw error;
  });
}
