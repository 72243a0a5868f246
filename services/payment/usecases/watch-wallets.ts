import { totalsOf } from '../domain/wallet.ts';
import { follow } from '../domain/wallet-settings.ts';
import type { Books } from '../repositories/books.ts';

type WatchBooks = Pick<Books, 'wallets' | 'walletSettings' | 'events'>;
type Deps = {
  readonly books: Pick<Books, 'walletSettings'>;
  readonly inTransaction: <T>(work: (books: WatchBooks) => Promise<T>) => Promise<T>;
  readonly now: () => Date;
};

const atOnce = 100;

/**
 * Looks at the wallets that have crossed their threshold, and announces each way down once: the mark and the event are
 * one transaction, so any number of watchers tell of it together once, whoever dies. Answers how many crossed.
 */
export async function watchWallets({ books, inTransaction, now }: Deps): Promise<number> {
  let crossings = 0;
  for (const shopId of await books.walletSettings.listCrossed(atOnce)) {
    const crossed = await inTransaction(async ({ wallets, walletSettings, events }) => {
      const locked = await walletSettings.lock(shopId);
      const wallet = await wallets.find(shopId, now());
      if (locked === undefined || wallet === undefined) return false;
      const { crossed, ...mark } = follow(locked.mark, wallet, locked.settings);
      await walletSettings.mark(shopId, mark);
      if (!crossed) return false;
      const availablePaise = totalsOf(wallet).available;
      const payload = { shopId, crossing: mark.crossings, availablePaise };
      await events.append({ topic: 'wallet.low', key: shopId, payload });
      return true;
    });
    if (crossed) crossings += 1;
  }
  return crossings;
}
