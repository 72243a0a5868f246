import type { ReadShopAccess } from '@doffers/ownership';
import type { RazorpayClient } from '../clients/razorpay-client.ts';
import type { Books } from '../repositories/books.ts';
import type { TaxTerms } from './tax-terms.ts';

/** What the use cases of automatic top-ups need from outside. */
export type AutoTopupDeps = {
  readonly books: Books;
  readonly inTransaction: <T>(work: (books: Books) => Promise<T>) => Promise<T>;
  readonly gateway: Pick<
    RazorpayClient,
    'createOrder' | 'findOrderByReceipt' | 'createCustomer' | 'listOrderPayments' | 'chargeToken' | 'deleteToken'
  >;
  readonly shopAccess: ReadShopAccess;
  readonly advanceTerms: TaxTerms['advanceTerms'];
  readonly newId: () => string;
  readonly now: () => Date;
};
