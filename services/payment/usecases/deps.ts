import type { ReadShopAccess } from '@doffers/ownership';
import type { RazorpayClient } from '../clients/razorpay.ts';
import type { Books } from '../repositories/books.ts';

/** What the use cases of wallets and top-ups need from outside. */
export type Deps = {
  readonly books: Pick<Books, 'ledger' | 'wallets' | 'topups'>;
  readonly gateway: Pick<RazorpayClient, 'createOrder' | 'findOrderByReceipt'>;
  readonly shopAccess: ReadShopAccess;
  readonly newId: () => string;
  readonly now: () => Date;
};
