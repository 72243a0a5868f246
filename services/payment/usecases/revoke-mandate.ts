import { type Actor, actForShop } from '@doffers/ownership';
import type { AutoTopupDeps } from './auto-topup-deps.ts';
import { deleteRevokedTokens } from './delete-revoked-tokens.ts';

/**
 * Takes back the consent to take top-ups without asking, and stops automatic ones. It counts from the moment that it is
 * noted here; then what the gateway knows of it is deleted. Idempotent.
 *
 * @throws DomainError `SHOP_NOT_FOUND`
 */
export async function revokeMandate(deps: AutoTopupDeps, actor: Actor, shopId: string): Promise<void> {
  await actForShop(deps.shopAccess, actor, shopId);
  await deps.inTransaction(async ({ mandates, walletSettings }) => {
    await walletSettings.stopAutoTopup(shopId, 'MANDATE_MISSING');
    await mandates.revoke(shopId, deps.now());
  });
  // Whatever keeps this from it, the watch tries again, and its log tells why.
  await deleteRevokedTokens(deps, shopId).catch(() => undefined);
}
