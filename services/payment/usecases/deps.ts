import type { ReadShopAccess } from '@doffers/ownership';
import type { RazorpayClient } from '../clients/razorpay-client.ts';
import type { Books } from '../repositories/books.ts';

type TopupBooks = Pick<Books, 'ledger' | 'wallets' | 'topups' | 'mandates' | 'events'>;

/** What the use cases of wallets and top-ups need from outside. */
export type Deps = {
  /** The books statement by statement. */
  readonly books: TopupBooks;
  readonly inTransaction: <T>(work: (books: TopupBooks) => Promise<T>) => Promise<T>;
  readonly gateway: Pick<RazorpayClient, 'createOrder' | 'findOrderByReceipt' | 'createCustomer'>;
  readonly shopAccess: ReadShopAccess;
  readonly newId: () => string;
  readonly now: () => Date;
};
