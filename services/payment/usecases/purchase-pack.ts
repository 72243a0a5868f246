import { paise } from '@doffers/money';
import { type Actor, actForShop, assertApproved } from '@doffers/ownership';
import { refusalOf } from '../domain/hold.ts';
import { type Purchase, type PurchaseRequest, packNotFound, packPrice, packPriceChanged } from '../domain/pack.ts';
import { emptyWallet, spendRefused } from '../domain/wallet.ts';
import type { PackDeps } from './pack-deps.ts';

/**
 * Opens the purchase of a pack. A workflow charges and grants it; a repeated request id answers how far it got. A wallet
 * that is short is refused at once: the workflow would only find the same.
 *
 * @throws DomainError `SHOP_NOT_FOUND`, `SHOP_NOT_APPROVED`, `PACK_NOT_FOUND`, `PACK_PRICE_CHANGED`,
 * `INSUFFICIENT_FUNDS`, `WALLET_FROZEN`, `STATE_UNKNOWN`, `IDEMPOTENCY_KEY_REUSED`
 */
export async function purchasePack(deps: PackDeps, actor: Actor, request: PurchaseRequest): Promise<Purchase> {
  const { books, inTransaction } = deps;
  const shop = await actForShop(deps.shopAccess, actor, request.shopId);
  assertApproved(shop);
  const earlier = await books.packs.findFor(request);
  if (earlier !== undefined) return earlier;

  const pack = await books.packs.findOnSale(request.packId);
  if (pack === undefined) throw packNotFound();
  if ((request.expectedPrice ?? pack.price) !== pack.price) throw packPriceChanged(pack);
  const supply = await deps.supplyOf(shop, 'pack');
  const { total } = packPrice(pack, supply);
  const wallet = (await books.wallets.find(shop.shopId)) ?? emptyWallet(shop.shopId);
  const refusal = refusalOf(wallet, { cash: total, promo: paise(0) });
  if (refusal !== undefined) throw spendRefused(refusal);

  const about = { id: deps.newId(), shopId: shop.shopId, buyerId: actor.userId, createdAt: deps.now() };
  const purchase: Purchase = { ...about, pack, supply, total, charge: 'none', grant: 'none' };
  return inTransaction(async ({ packs, events }) => {
    if (!(await packs.insert(request, purchase))) return (await packs.findFor(request)) ?? purchase;
    const { id: purchaseId, shopId } = purchase;
    await events.append({ topic: 'pack.purchase_placed', key: purchaseId, payload: { purchaseId, shopId } });
    return purchase;
  });
}
