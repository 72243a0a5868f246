import { type Actor, actForShop } from '@doffers/ownership';
import type { InvoiceSettings } from '../domain/monthly-invoice.ts';
import type { Books } from '../repositories/books.ts';
import type { InvoiceDeps } from './invoice-deps.ts';

type Deps = Pick<InvoiceDeps, 'shopAccess' | 'now'> & { readonly books: Pick<Books, 'monthlyHolds'> };

/** @throws DomainError `SHOP_NOT_FOUND` */
export async function getInvoiceSettings(
  { books, shopAccess }: Deps,
  actor: Actor,
  shopId: string,
): Promise<InvoiceSettings> {
  await actForShop(shopAccess, actor, shopId);
  return books.monthlyHolds.settingsOf(shopId);
}

/**
 * Replaces what a shop wishes for its invoices. It counts for campaigns that end from now on: what waits for the invoice
 * of its month goes on waiting.
 *
 * @throws DomainError `SHOP_NOT_FOUND`
 */
export async function setInvoiceSettings(
  { books, shopAccess, now }: Deps,
  actor: Actor,
  settings: InvoiceSettings,
): Promise<InvoiceSettings> {
  await actForShop(shopAccess, actor, settings.shopId);
  await books.monthlyHolds.saveSettings(settings, now());
  return settings;
}
