import { type Actor, actForShop, assertApproved } from '@doffers/ownership';
import { topupEvent } from '../domain/events.ts';
import { placeOfAdvance } from '../domain/place-of-supply.ts';
import { type Topup, type TopupRequest, topupLifetimeMs } from '../domain/topup.ts';
import type { Deps } from './deps.ts';
import { orderTopup } from './order-topup.ts';

/**
 * Opens a top-up and its order at the payment gateway. A repeated request id answers the same top-up.
 *
 * A wallet has one open checkout: the one before expires at once. Should it be paid all the same, it is still credited.
 *
 * The row is stored before the gateway is asked, and its id is the order's receipt there. Whatever dies in between,
 * repeating the call finds the order that was made, or makes the one that was not.
 *
 * @throws DomainError `SHOP_NOT_FOUND`, `SHOP_NOT_APPROVED`, `IDEMPOTENCY_KEY_REUSED` or `GATEWAY_UNAVAILABLE`
 */
export async function createTopup(deps: Deps, actor: Actor, request: TopupRequest): Promise<Topup> {
  const { books } = deps;
  const shop = await actForShop(deps.shopAccess, actor, request.shopId);
  assertApproved(shop);

  await books.wallets.open(shop.shopId); // before the money comes: a credit must find its wallet
  const id = deps.newId();
  const fresh = newTopup(id, request, { shop, now: deps.now() });
  const topup = await deps.inTransaction(async ({ topups, wallets, events }) => {
    await wallets.lock(shop.shopId); // of two top-ups that are opened at once, one sees the other
    const stored = await topups.createOnce(request, fresh);
    if (stored.id !== id) return stored;
    await topups.expireOthers(shop.shopId, id, fresh.createdAt);
    await events.append(topupEvent('topup.opened', stored));
    return stored;
  });
  const mandateOf = request.savesMandate && shop.name;
  return orderTopup(deps, topup, { isRepetition: topup.id !== id, mandateOf });
}

type Circumstances = { readonly shop: Parameters<typeof placeOfAdvance>[0]; readonly now: Date };

/** An open top-up of nobody's checkout yet. */
export function newTopup(id: string, { shopId, amount }: TopupRequest, { shop, now }: Circumstances): Topup {
  return {
    id,
    shopId,
    amount,
    placeOfSupply: placeOfAdvance(shop),
    createdAt: now,
    expiresAt: new Date(now.getTime() + topupLifetimeMs),
    lastFailure: undefined,
    orderId: undefined,
    payment: undefined,
  };
}
