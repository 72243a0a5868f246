import { istDay, istDayRange } from '@doffers/calendar';
import { type Bill, billsPerDay, renewalBill, runawayBilling, upgradeBill } from '../domain/bill.ts';
import { planNotFound } from '../domain/plan.ts';
import { subscriptionNotFound } from '../domain/subscription.ts';
import { billKey } from './bill-key.ts';
import type { SubscriptionDeps } from './subscription-deps.ts';

type Asked = {
  readonly subscriptionId: string;
  readonly key: string;
  /** The better plan; undefined for the next period. */
  readonly upgradeTo: string | undefined;
};

/**
 * Drafts a bill under its key, once: its price and place of supply are those of this moment. It has no number and moves
 * nothing.
 *
 * @throws DomainError `SUBSCRIPTION_NOT_FOUND`, `PLAN_NOT_FOUND`, `STATE_UNKNOWN`, `BILLING_RUNAWAY`
 */
export async function openBill(deps: SubscriptionDeps, { subscriptionId, upgradeTo, ...asked }: Asked): Promise<Bill> {
  const { books, inTransaction, newId } = deps;
  const key = billKey(asked.key);
  const found = await books.subscriptions.find(subscriptionId);
  if (found === undefined) throw subscriptionNotFound();
  const supply = await deps.supplyOf(await deps.shopAccess(found.shopId), 'subscription');
  return inTransaction(async ({ subscriptions, bills }) => {
    const subscription = await subscriptions.lock(subscriptionId);
    if (subscription === undefined) throw subscriptionNotFound();
    const earlier = await bills.findByKey(key);
    if (earlier !== undefined) return earlier;

    const createdAt = deps.now();
    const today = istDayRange(istDay(createdAt)).start;
    if ((await bills.countSince(subscriptionId, today)) >= billsPerDay) throw runawayBilling();
    const about = { id: newId(), key, supply, createdAt };
    if (upgradeTo === undefined) return bills.createOnce(renewalBill(subscription, about));
    const plan = await subscriptions.findPlan(upgradeTo);
    if (plan === undefined) throw planNotFound();
    const paid = await bills.paidFor(subscriptionId, subscription.periodNo);
    return bills.createOnce(upgradeBill(subscription, plan, { ...about, paid }));
  });
}
