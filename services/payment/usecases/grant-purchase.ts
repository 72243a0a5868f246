import { DomainError } from '@doffers/errors';
import { voided } from '../domain/hold.ts';
import { type Purchase, packEntitlement, purchaseNotFound, purchaseSource } from '../domain/pack.ts';
import { grantEntitlement, revokeEntitlement } from './grant-entitlement.ts';
import type { PackDeps } from './pack-deps.ts';

type Deps = Pick<PackDeps, 'inTransaction' | 'now'>;

/**
 * Adds a pack that was paid to what its shop may use, once.
 *
 * @throws DomainError `PURCHASE_NOT_FOUND`, `PURCHASE_UNPAID`, `VOIDED`
 */
export function grantPurchase({ inTransaction, now }: Deps, purchaseId: string): Promise<Purchase> {
  return inTransaction(async ({ packs, entitlements }) => {
    const purchase = await packs.lock(purchaseId);
    if (purchase === undefined) throw purchaseNotFound();
    const { charge, grant } = purchase;
    if (grant === 'granted') return purchase;
    if (grant !== 'none') throw voided();
    if (charge !== 'charged') throw new DomainError('failed_precondition', 'PURCHASE_UNPAID', 'this pack is not paid');
    const granted: Purchase = { ...purchase, grant: 'granted' };
    await packs.save(granted);
    await grantEntitlement({ entitlements }, packEntitlement(granted, now()));
    return granted;
  });
}

/**
 * Takes a pack back, or makes sure that it is never added. Offers that were published with it stay.
 *
 * @throws DomainError `PURCHASE_NOT_FOUND`
 */
export function revokePurchase({ inTransaction }: Pick<Deps, 'inTransaction'>, purchaseId: string): Promise<Purchase> {
  return inTransaction(async ({ packs, entitlements }) => {
    const purchase = await packs.lock(purchaseId);
    if (purchase === undefined) throw purchaseNotFound();
    if (purchase.grant !== 'none' && purchase.grant !== 'granted') return purchase;
    const undone: Purchase = { ...purchase, grant: purchase.grant === 'granted' ? 'revoked' : 'void' };
    await packs.save(undone);
    const { shopId } = purchase;
    if (undone.grant === 'revoked')
      await revokeEntitlement({ entitlements }, { source: purchaseSource(purchaseId), shopId });
    return undone;
  });
}
