import { paise } from '@doffers/money';
import { type Actor, actForShop, assertApproved } from '@doffers/ownership';
import { renewalBill, trialBill } from '../domain/bill.ts';
import { refusalOf } from '../domain/hold.ts';
import { planNotFound } from '../domain/plan.ts';
import {
  newSubscription,
  type Subscription,
  type SubscriptionRequest,
  subscriptionExists,
  usableUntil,
} from '../domain/subscription.ts';
import { emptyWallet, spendRefused } from '../domain/wallet.ts';
import type { SubscriptionDeps } from './subscription-deps.ts';

/**
 * Subscribes a shop to a plan. With a trial what the plan includes may be used at once; without one the workflow takes
 * the first payment, and a wallet that is short is refused here already: the workflow would only find the same.
 *
 * @throws DomainError `SHOP_NOT_FOUND`, `SHOP_NOT_APPROVED`, `PLAN_NOT_FOUND`, `SUBSCRIPTION_EXISTS`,
 * `INSUFFICIENT_FUNDS`, `WALLET_FROZEN`, `STATE_UNKNOWN`, `IDEMPOTENCY_KEY_REUSED`
 */
export async function createSubscription(
  deps: SubscriptionDeps,
  actor: Actor,
  request: SubscriptionRequest,
): Promise<Subscription> {
  const { books, inTransaction, newId } = deps;
  const shop = await actForShop(deps.shopAccess, actor, request.shopId);
  assertApproved(shop);
  const earlier = await books.subscriptions.findFor(request);
  if (earlier !== undefined) return earlier;
  const plan = await books.subscriptions.findPlan(request.planId);
  if (plan === undefined) throw planNotFound();
  if (await books.subscriptions.hasLive(request.shopId)) {
    // Perhaps by this very request, a moment ago.
    const meanwhile = await books.subscriptions.findFor(request);
    if (meanwhile === undefined) throw subscriptionExists();
    return meanwhile;
  }

  const now = deps.now();
  const { shopId } = shop;
  const hadOneBefore = await books.subscriptions.hadOne(shopId);
  const subscription = newSubscription({ id: newId(), shopId, buyerId: actor.userId }, plan, { hadOneBefore, now });
  const supply = await deps.supplyOf(shop, 'subscription');
  const about = { id: newId(), key: `subscription/${subscription.id}/trial`, supply, createdAt: now };
  if (subscription.status === 'incomplete') {
    const { total } = renewalBill(subscription, about);
    const wallet = (await books.wallets.find(shopId)) ?? emptyWallet(shopId);
    const refusal = refusalOf(wallet, { cash: total, promo: paise(0) });
    if (refusal !== undefined) throw spendRefused(refusal);
  }

  return inTransaction(async ({ subscriptions, bills, entitlements, events }) => {
    if (!(await subscriptions.insert(request, subscription))) {
      return (await subscriptions.findFor(request)) ?? subscription;
    }
    if (subscription.status === 'trialing') {
      const { key: source, offers, messages, periodEnd } = await bills.createOnce(trialBill(subscription, about));
      await entitlements.grant({ source, shopId, offers, messages, expiresAt: usableUntil(periodEnd) });
    }
    const { id: subscriptionId } = subscription;
    await events.append({ topic: 'subscription.opened', key: subscriptionId, payload: { subscriptionId, shopId } });
    return subscription;
  });
}
