import { DomainError } from '@doffers/errors';
import type { Invoice } from '../domain/invoice.ts';
import { partyOf } from '../domain/supply.ts';
import { topupNotFound } from '../domain/topup.ts';
import { topupDocument } from '../domain/topup-document.ts';
import type { Books } from '../repositories/books.ts';
import type { InvoiceDeps } from './invoice-deps.ts';
import { issueOnce } from './issue-once.ts';

type Deps = Pick<InvoiceDeps, 'shopAccess' | 'supplier' | 'advanceTerms' | 'newId' | 'now'> & {
  readonly books: Pick<Books, 'topups'>;
  readonly inTransaction: <T>(work: (books: Pick<Books, 'invoices' | 'topups'>) => Promise<T>) => Promise<T>;
};

/**
 * Issues the document of a credited top-up: the receipt voucher of an advance, or the tax invoice where topping up is
 * the sale of ad credits. It names the shop as it is now, but is taxed as the payment was: at the place of supply that
 * was fixed when the top-up was opened, and the rate of the day when it was paid.
 *
 * @throws DomainError `TOPUP_NOT_FOUND`, `TOPUP_NOT_CREDITED`
 */
export async function finaliseTopupVoucher(deps: Deps, topupId: string): Promise<Invoice | undefined> {
  const found = await deps.books.topups.find(topupId);
  if (found === undefined) throw topupNotFound();
  const shop = await deps.shopAccess(found.shopId);
  return issueOnce(deps, async ({ topups }) => {
    const topup = await topups.lock(topupId);
    if (topup?.payment === undefined) {
      throw new DomainError('failed_precondition', 'TOPUP_NOT_CREDITED', 'a top-up has a voucher once it is paid');
    }
    const terms = await deps.advanceTerms(topup.shopId, topup.payment.creditedAt);
    return topupDocument(topup, { supplier: deps.supplier, recipient: partyOf(shop) }, terms);
  });
}
