import type { ReadShopAccess } from '@doffers/ownership';
import type { Books } from '../repositories/books.ts';
import type { TaxTerms } from './tax-terms.ts';

type HoldBooks = Pick<
  Books,
  'ledger' | 'wallets' | 'lots' | 'holds' | 'units' | 'breaks' | 'invoices' | 'monthlyHolds'
>;

/** What the use cases of holds need from outside. */
export type HoldDeps = {
  /** The books statement by statement, for reads that lock nothing. */
  readonly books: HoldBooks;
  /** Runs `work` on the books within one transaction, again when it lost against another one. */
  readonly inTransaction: <T>(work: (books: HoldBooks) => Promise<T>) => Promise<T>;
  readonly shopAccess: ReadShopAccess;
  readonly supplyOf: TaxTerms['supplyOf'];
  readonly suppliesOf: TaxTerms['suppliesOf'];
  readonly newId: () => string;
  readonly now: () => Date;
};
