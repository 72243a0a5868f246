import type { Books } from '../repositories/books.ts';
import type { HoldDeps } from './hold-deps.ts';

type PackBooks = Pick<Books, 'packs' | 'entitlements' | 'wallets' | 'ledger' | 'events'>;

/** What the use cases of packs need from outside. */
export type PackDeps = Pick<HoldDeps, 'shopAccess' | 'supplyOf' | 'newId' | 'now'> & {
  readonly books: PackBooks;
  readonly inTransaction: <T>(work: (books: PackBooks) => Promise<T>) => Promise<T>;
};
