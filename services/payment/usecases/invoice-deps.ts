import type { ReadShopAccess } from '@doffers/ownership';
import type { Storage } from '@doffers/storage';
import type { InvoiceRegistry } from '../clients/irp-client.ts';
import type { EInvoice } from '../domain/e-invoice.ts';
import type { Invoice } from '../domain/invoice.ts';
import type { Party } from '../domain/supply.ts';
import type { Books } from '../repositories/books.ts';
import type { TaxTerms } from './tax-terms.ts';

type InvoiceBooks = Pick<
  Books,
  'invoices' | 'monthlyHolds' | 'holds' | 'topups' | 'packs' | 'bills' | 'ledger' | 'wallets' | 'events'
>;

/** What the use cases of documents need from outside. */
export type InvoiceDeps = {
  readonly books: Pick<Books, 'invoices' | 'eInvoices' | 'monthlyHolds' | 'topups'>;
  readonly inTransaction: <T>(work: (books: InvoiceBooks) => Promise<T>) => Promise<T>;
  readonly shopAccess: ReadShopAccess;
  /** The platform as its documents name it. */
  readonly supplier: Party;
  readonly advanceTerms: TaxTerms['advanceTerms'];
  readonly storage: Pick<Storage, 'ensureBucket' | 'put' | 'get'>;
  /** Draws a document; the same document with the same registration always gives the same bytes. */
  readonly renderPdf: (invoice: Invoice, eInvoice: EInvoice | undefined) => Promise<Uint8Array>;
  /** Where documents since `beganOn` are registered; undefined where the law does not ask for it. */
  readonly eInvoicing: { readonly beganOn: string; readonly registry: InvoiceRegistry } | undefined;
  readonly newId: () => string;
  readonly now: () => Date;
};
