import { DomainError } from '@doffers/errors';
import { type Invoice, topupVoucher } from '../domain/invoice.ts';
import { supplyTo } from '../domain/supply.ts';
import { topupNotFound } from '../domain/topup.ts';
import type { InvoiceDeps } from './invoice-deps.ts';
import { issueOnce } from './issue-once.ts';

/**
 * Issues the receipt voucher of a credited top-up. It names the shop as it is now, but is taxed as the payment was:
 * at the place of supply that was fixed when the top-up was opened.
 *
 * @throws DomainError `TOPUP_NOT_FOUND`, `TOPUP_NOT_CREDITED`
 */
export async function finaliseTopupVoucher(deps: InvoiceDeps, topupId: string): Promise<Invoice | undefined> {
  const found = await deps.books.topups.find(topupId);
  if (found === undefined) throw topupNotFound();
  const shop = await deps.shopAccess(found.shopId);
  return issueOnce(deps, async ({ topups }) => {
    const topup = await topups.lock(topupId);
    if (topup?.payment === undefined) {
      throw new DomainError('failed_precondition', 'TOPUP_NOT_CREDITED', 'a top-up has a voucher once it is paid');
    }
    return topupVoucher(topup, { ...supplyTo(shop, deps.supplier), placeOfSupply: topup.placeOfSupply });
  });
}
