import type { ReadShopAccess } from '@doffers/ownership';
import type { RazorpayClient } from '../clients/razorpay-client.ts';
import type { StateCode } from '../domain/place-of-supply.ts';
import type { Books } from '../repositories/books.ts';

type RefundBooks = Pick<Books, 'ledger' | 'wallets' | 'topups' | 'refunds' | 'events'>;

/** What the use cases of refunds need from outside. */
export type RefundDeps = {
  /** The books statement by statement. */
  readonly books: RefundBooks;
  readonly inTransaction: <T>(work: (books: RefundBooks) => Promise<T>) => Promise<T>;
  readonly gateway: Pick<RazorpayClient, 'refund' | 'getRefund' | 'getPayment'>;
  readonly shopAccess: ReadShopAccess;
  readonly supplierState: StateCode;
  readonly newId: () => string;
  readonly now: () => Date;
};
