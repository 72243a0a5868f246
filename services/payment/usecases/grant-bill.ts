import { type Bill, billNotFound, billUnpaid, billUsableUntil } from '../domain/bill.ts';
import { voided } from '../domain/hold.ts';
import { rolled, subscriptionNotFound, upgraded } from '../domain/subscription.ts';
import type { Books } from '../repositories/books.ts';
import type { SubscriptionDeps } from './subscription-deps.ts';

type Deps = Pick<SubscriptionDeps, 'inTransaction'>;

/**
 * Adds what a paid bill includes to what its shop may use, once. It may be used through the grace of the next period,
 * unless that is paid before.
 *
 * @throws DomainError `BILL_NOT_FOUND`, `BILL_UNPAID`, `VOIDED`
 */
export function grantBill({ inTransaction }: Deps, billId: string): Promise<Bill> {
  return inTransaction(async ({ bills, subscriptions, entitlements }) => {
    const bill = await bills.lock(billId);
    if (bill === undefined) throw billNotFound();
    if (bill.grant === 'granted') return bill;
    if (bill.grant !== 'none') throw voided();
    if (bill.charge !== 'charged') throw billUnpaid();
    const subscription = await subscriptions.find(bill.subscriptionId);
    if (subscription === undefined) throw subscriptionNotFound();
    const granted: Bill = { ...bill, grant: 'granted' };
    await bills.save(granted);
    const { key: source, shopId, offers, messages } = bill;
    const expiresAt = billUsableUntil(bill, subscription);
    const outcome = await entitlements.grant({ source, shopId, offers, messages, expiresAt });
    if (outcome === 'void') throw voided();
    return granted;
  });
}

/**
 * Takes back what a bill includes, or makes sure that it is never added. Offers that were published with it stay.
 *
 * @throws DomainError `BILL_NOT_FOUND`
 */
export function revokeBill({ inTransaction }: Deps, billId: string): Promise<Bill> {
  return inTransaction(async (books) => {
    const bill = await books.bills.lock(billId);
    if (bill === undefined) throw billNotFound();
    return revoke(books, bill);
  });
}

async function revoke({ bills, entitlements }: Pick<Books, 'bills' | 'entitlements'>, bill: Bill): Promise<Bill> {
  if (bill.grant !== 'none' && bill.grant !== 'granted') return bill;
  const undone: Bill = { ...bill, grant: bill.grant === 'granted' ? 'revoked' : 'void' };
  await bills.save(undone);
  await entitlements.revoke(bill.key, bill.shopId);
  return undone;
}

/** Ends what a subscription includes right now. Within a transaction that has locked the subscription. */
export async function takeBackUnits(
  books: Pick<Books, 'bills' | 'entitlements'>,
  subscriptionId: string,
): Promise<void> {
  for (const bill of await books.bills.listGranted(subscriptionId)) await revoke(books, bill);
}

/**
 * Lets a subscription run on a bill that is paid and granted: the next period begins, or the better plan counts. What the
 * period before included ends here, unless its plan lets it be carried over. There is no way back from here, so its
 * invoice is announced in the same transaction, whatever becomes of the workflow.
 *
 * @throws DomainError `BILL_NOT_FOUND`, `BILL_UNPAID`
 */
export function activateBill({ inTransaction }: Deps, billId: string): Promise<Bill> {
  return inTransaction(async (books) => {
    const { bills, subscriptions, events } = books;
    const subscriptionId = (await bills.find(billId))?.subscriptionId;
    if (subscriptionId === undefined) throw billNotFound();
    const subscription = await subscriptions.lock(subscriptionId);
    const bill = await bills.lock(billId);
    if (subscription === undefined) throw subscriptionNotFound();
    if (bill === undefined) throw billNotFound();
    if (bill.active) return bill;
    if (subscription.status === 'cancelled') throw voided();
    if (bill.charge !== 'charged' || bill.grant !== 'granted') throw billUnpaid();
    const active: Bill = { ...bill, active: true };
    await bills.save(active);
    if (bill.total > 0) {
      await events.append({ topic: 'subscription.billed', key: billId, payload: { billId, shopId: bill.shopId } });
    }
    if (bill.kind === 'upgrade') {
      await subscriptions.save(upgraded(subscription, bill.plan));
      return active;
    }
    const period = { no: bill.periodNo, start: bill.periodStart, end: bill.periodEnd };
    await subscriptions.save(rolled(subscription, bill.plan, period));
    for (const earlier of await bills.listGranted(subscriptionId)) {
      const isOver = earlier.periodNo < (earlier.plan.carriesOver ? bill.periodNo - 1 : bill.periodNo);
      if (isOver) await revoke(books, earlier);
    }
    return active;
  });
}
