import type { TaxProfile } from '../domain/tax-profile.ts';
import type { Books } from '../repositories/books.ts';
import type { InvoiceDeps } from './invoice-deps.ts';

export type TaxProfileDeps = Pick<InvoiceDeps, 'shopAccess' | 'now'> & { readonly books: Pick<Books, 'tax'> };

/** @throws DomainError `SHOP_NOT_FOUND` */
export async function getTaxProfile({ books, shopAccess }: TaxProfileDeps, shopId: string): Promise<TaxProfile> {
  await shopAccess(shopId);
  return books.tax.profileOf(shopId);
}

/**
 * Says what is special about a shop. It counts for what is priced from now on; what is held or issued stays as it is.
 *
 * @throws DomainError `SHOP_NOT_FOUND`
 */
export async function setTaxProfile(
  { books, shopAccess, now }: TaxProfileDeps,
  profile: TaxProfile,
): Promise<TaxProfile> {
  await shopAccess(profile.shopId);
  await books.tax.saveProfile(profile, now());
  return profile;
}
