import { paise } from '@doffers/money';
import { voided } from '../domain/hold.ts';
import { type Purchase, purchaseJournal, purchaseNotFound, refundJournal } from '../domain/pack.ts';
import { type SpendRefusal, spendRefusalOf, spendRefused } from '../domain/wallet.ts';
import { changeWallet } from './change-wallet.ts';
import type { PackDeps } from './pack-deps.ts';

type Deps = Pick<PackDeps, 'inTransaction' | 'now'>;

/**
 * Takes the price of a purchase from the wallet, once. A refusal is remembered: no retry turns it into a success.
 *
 * @throws DomainError `PURCHASE_NOT_FOUND`, `INSUFFICIENT_FUNDS`, `WALLET_FROZEN`, `VOIDED`
 */
export async function chargePurchase(deps: Deps, purchaseId: string): Promise<Purchase> {
  const { inTransaction, now } = deps;
  const change = inTransaction(async ({ packs, ledger, wallets }) => {
    const purchase = await packs.lock(purchaseId);
    if (purchase === undefined) throw purchaseNotFound();
    if (purchase.charge === 'charged') return purchase;
    if (purchase.charge === 'refused') throw spendRefused(purchase.refusal ?? 'INSUFFICIENT_FUNDS');
    if (purchase.charge !== 'none') throw voided();
    const charged: Purchase = { ...purchase, charge: 'charged' };
    await packs.save(charged);
    await ledger.post(purchaseJournal(charged), now());
    const { shopId, total } = charged;
    await changeWallet(wallets, { shopId, change: { postedCash: paise(0 - total) }, at: now() });
    return charged;
  });
  return change.catch(async (error: unknown) => {
    const refusal = spendRefusalOf(error);
    if (refusal !== undefined) await refuse(deps, purchaseId, refusal);
    throw error;
  });
}

function refuse({ inTransaction }: Deps, purchaseId: string, refusal: SpendRefusal): Promise<void> {
  return inTransaction(async ({ packs }) => {
    const purchase = await packs.lock(purchaseId);
    if (purchase?.charge === 'none') await packs.save({ ...purchase, charge: 'refused', refusal });
  });
}

/**
 * Gives the price of a purchase back, or makes sure that it is never taken.
 *
 * @throws DomainError `PURCHASE_NOT_FOUND`
 */
export function refundPurchase({ inTransaction, now }: Deps, purchaseId: string): Promise<Purchase> {
  return inTransaction(async ({ packs, ledger, wallets }) => {
    const purchase = await packs.lock(purchaseId);
    if (purchase === undefined) throw purchaseNotFound();
    if (purchase.charge !== 'none' && purchase.charge !== 'charged') return purchase;
    const undone: Purchase = { ...purchase, charge: purchase.charge === 'charged' ? 'refunded' : 'void' };
    await packs.save(undone);
    if (undone.charge === 'void') return undone;
    await ledger.post(refundJournal(purchase), now());
    if (!(await wallets.change(purchase.shopId, { postedCash: purchase.total }, now()))) {
      throw new Error(`shop ${purchase.shopId} was charged but has no wallet`);
    }
    return undone;
  });
}
