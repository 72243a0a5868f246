import type { ReadShopAccess } from '@doffers/ownership';
import type { Books } from '../repositories/books.ts';

type StatusBooks = Pick<Books, 'wallets' | 'walletStatus' | 'commands'>;

/** What the use cases of a wallet's status need from outside. */
export type WalletStatusDeps = {
  readonly books: StatusBooks;
  readonly inTransaction: <T>(work: (books: StatusBooks) => Promise<T>) => Promise<T>;
  readonly shopAccess: ReadShopAccess;
  readonly newId: () => string;
  readonly now: () => Date;
};
