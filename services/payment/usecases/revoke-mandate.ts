import { type Actor, actForShop } from '@doffers/ownership';
import type { AutoTopupDeps } from './auto-topup-deps.ts';

/**
 * Takes back the consent to take top-ups without asking: at the gateway first, so that nothing is left there that the
 * books have forgotten. Automatic top-ups stop. Idempotent.
 *
 * @throws DomainError `SHOP_NOT_FOUND`, `GATEWAY_UNAVAILABLE`
 */
export async function revokeMandate(deps: AutoTopupDeps, actor: Actor, shopId: string): Promise<void> {
  const { books, gateway, inTransaction, now } = deps;
  await actForShop(deps.shopAccess, actor, shopId);
  const mandate = await books.mandates.findActive(shopId);
  if (mandate !== undefined) await gateway.deleteToken(mandate);
  await inTransaction(async ({ mandates, walletSettings }) => {
    await walletSettings.stopAutoTopup(shopId, 'MANDATE_MISSING');
    await mandates.revoke(shopId, now());
  });
}
