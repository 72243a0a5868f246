import type { ReadShopAccess } from '@doffers/ownership';
import type { RazorpayClient } from '../clients/razorpay-client.ts';
import type { Books } from '../repositories/books.ts';
import type { InvoiceDeps } from './invoice-deps.ts';

type RefundBooks = Pick<Books, 'ledger' | 'wallets' | 'topups' | 'refunds' | 'invoices' | 'events'>;

/** What the use cases of refunds need from outside. */
export type RefundDeps = Pick<InvoiceDeps, 'supplier' | 'advanceTerms'> & {
  /** The books statement by statement. */
  readonly books: RefundBooks;
  readonly inTransaction: <T>(work: (books: RefundBooks) => Promise<T>) => Promise<T>;
  readonly gateway: Pick<RazorpayClient, 'refund' | 'getRefund' | 'getPayment'>;
  readonly shopAccess: ReadShopAccess;
  readonly newId: () => string;
  readonly now: () => Date;
};
