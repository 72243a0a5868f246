import type { Entitlement } from '../domain/entitlement.ts';
import { voided } from '../domain/hold.ts';
import type { Books } from '../repositories/books.ts';

type EntitlementBooks = Pick<Books, 'entitlements'>;

/**
 * Adds what a source grants to what its shop may use, once per source, in the transaction of whatever paid for it.
 *
 * @throws DomainError `VOIDED` when the source was revoked, also before it was granted
 */
export async function grantEntitlement({ entitlements }: EntitlementBooks, entitlement: Entitlement): Promise<void> {
  if ((await entitlements.grant(entitlement)) === 'void') throw voided();
}

/**
 * Takes back what is not used of what a source granted, or makes sure that it never grants. Offers that were published
 * and messages that running campaigns have set aside stay used.
 */
export function revokeEntitlement(
  { entitlements }: EntitlementBooks,
  { source, shopId }: Pick<Entitlement, 'source' | 'shopId'>,
): Promise<void> {
  return entitlements.revoke(source, shopId);
}
