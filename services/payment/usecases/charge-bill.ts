import { paise } from '@doffers/money';
import { type Bill, billJournal, billNotFound, billRefundJournal, triedAt } from '../domain/bill.ts';
import { voided } from '../domain/hold.ts';
import { type SpendRefusal, spendRefusalOf, spendRefused } from '../domain/wallet.ts';
import { changeWallet } from './change-wallet.ts';
import type { SubscriptionDeps } from './subscription-deps.ts';

type Deps = Pick<SubscriptionDeps, 'inTransaction' | 'now'>;
type ChargeDeps = Deps & Pick<SubscriptionDeps, 'books' | 'shopAccess'>;

/**
 * Takes the price of a bill from the wallet, once. A refused attempt stays refused; the next attempt is asked under its
 * own number. A shop that is not approved pays nothing, like one whose wallet is frozen: what it owes takes its course.
 *
 * @throws DomainError `BILL_NOT_FOUND`, `INSUFFICIENT_FUNDS`, `WALLET_FROZEN`, `VOIDED`
 */
export async function chargeBill(deps: ChargeDeps, billId: string, attempt: number): Promise<Bill> {
  const { books, inTransaction, now } = deps;
  const asked = await books.bills.find(billId);
  if (asked === undefined) throw billNotFound();
  const { approved } = await deps.shopAccess(asked.shopId);
  const change = inTransaction(async ({ bills, ledger, wallets }) => {
    const bill = await bills.lock(billId);
    if (bill === undefined) throw billNotFound();
    if (bill.charge === 'charged') return bill;
    if (bill.charge !== 'none') throw voided();
    if (attempt <= bill.refusedTries) throw spendRefused(bill.refusal ?? 'INSUFFICIENT_FUNDS');
    if (!approved) throw spendRefused('WALLET_FROZEN');
    const charged: Bill = { ...bill, charge: 'charged', lastTryAt: now() };
    await bills.save(charged);
    if (charged.total === 0) return charged;
    await ledger.post(billJournal(charged), now());
    const { shopId } = charged;
    await changeWallet(wallets, { shopId, change: { postedCash: paise(0 - charged.total) }, at: now() });
    return charged;
  });
  return change.catch(async (error: unknown) => {
    const refusal = spendRefusalOf(error);
    if (refusal !== undefined) await refuse(deps, billId, { attempt, refusal });
    throw error;
  });
}

type Refused = { readonly attempt: number; readonly refusal: SpendRefusal };

function refuse({ inTransaction, now }: Deps, billId: string, { attempt, refusal }: Refused): Promise<void> {
  return inTransaction(async ({ bills }) => {
    const bill = await bills.lock(billId);
    if (bill?.charge !== 'none' || attempt <= bill.refusedTries) return;
    await bills.save({ ...bill, refusedTries: attempt, lastTryAt: triedAt(bill, now()), refusal });
  });
}

/**
 * Gives the price of a bill back, or makes sure that it is never taken: the draft is void then.
 *
 * @throws DomainError `BILL_NOT_FOUND`
 */
export function refundBill({ inTransaction, now }: Deps, billId: string): Promise<Bill> {
  return inTransaction(async ({ bills, ledger, wallets }) => {
    const bill = await bills.lock(billId);
    if (bill === undefined) throw billNotFound();
    if (bill.charge !== 'none' && bill.charge !== 'charged') return bill;
    const undone: Bill = { ...bill, charge: bill.charge === 'charged' ? 'refunded' : 'void' };
    await bills.save(undone);
    if (undone.charge === 'void' || bill.total === 0) return undone;
    await ledger.post(billRefundJournal(bill), now());
    if (!(await wallets.change(bill.shopId, { postedCash: bill.total }, now()))) {
      throw new Error(`shop ${bill.shopId} was charged but has no wallet`);
    }
    return undone;
  });
}
