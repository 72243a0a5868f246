import { idToBytes, isDuplicateKey, type Transaction } from '@doffers/database';
import { type Paise, paise } from '@doffers/money';
import { type FindOptionsWhere, MoreThanOrEqual, Not } from 'typeorm';
import type { Bill } from '../domain/bill.ts';
import { BillEntity, type BillRow, billFromRow } from './subscription-entity.ts';

export type BillRepository = {
  /** Stores a new bill, once per key: a repetition answers the first one as it stands now. */
  createOnce(bill: Bill): Promise<Bill>;
  find(id: string): Promise<Bill | undefined>;
  findByKey(key: string): Promise<Bill | undefined>;
  /** A bill, locked until the transaction ends. */
  lock(id: string): Promise<Bill | undefined>;
  /** Stores how far a bill got. */
  save(bill: Bill): Promise<void>;
  /** How many were drafted and are not void. */
  countSince(subscriptionId: string, since: Date): Promise<number>;
  /** What a shop's subscription that is past due waits for, with tax; 0 when it waits for no money. */
  owed(shopId: string): Promise<Paise>;
  /** What was paid for a period, without tax. */
  paidFor(subscriptionId: string, periodNo: number): Promise<Paise>;
  /** The bill of a period that still waits to be paid. */
  findOpen(subscriptionId: string, periodNo: number): Promise<Bill | undefined>;
  /** Has all of a subscription's bills lie so much earlier. */
  moveBack(subscriptionId: string, ms: number): Promise<void>;
  /** The bills whose units a subscription may still use. */
  listGranted(subscriptionId: string): Promise<readonly Bill[]>;
};

/** Bills that a subscription will try again to pay, and that its wallet did not cover. */
export const waitingForMoney = `FROM subscription_bill b JOIN subscription c ON c.id = b.subscription_id
  WHERE c.status = 'past_due' AND b.charge_state = 'none' AND b.refusal = 'INSUFFICIENT_FUNDS'`;

/** Bills within one transaction, or statement by statement when `tx` is the database's own manager. */
export function createBillRepository(tx: Transaction): BillRepository {
  const rows = () => tx.getRepository(BillEntity);
  const one = async (where: FindOptionsWhere<BillRow>) => {
    const row = await rows().findOneBy(where);
    return row === null ? undefined : billFromRow(row);
  };
  return {
    async createOnce(bill) {
      const { lastTryAt = null, refusal = null, ...columns } = bill;
      try {
        await rows().insert({ ...columns, lastTryAt, refusal });
        return bill;
      } catch (error) {
        if (!isDuplicateKey(error, 'uq_subscription_bill')) throw error;
      }
      return billFromRow(await rows().findOneByOrFail({ key: bill.key }));
    },
    find: (id) => one({ id }),
    findByKey: (key) => one({ key }),
    async lock(id) {
      const row = await rows().findOne({ where: { id }, lock: { mode: 'pessimistic_write' } });
      return row === null ? undefined : billFromRow(row);
    },
    async save({ id, charge, refusedTries, lastTryAt = null, refusal = null, grant, active }) {
      await rows().update({ id }, { charge, refusedTries, lastTryAt, refusal, grant, active });
    },
    countSince: (subscriptionId, since) =>
      rows().countBy({ subscriptionId, createdAt: MoreThanOrEqual(since), charge: Not('void') }),
    async owed(shopId) {
      const [row]: { owed: string | null }[] = await tx.query(
        `SELECT MAX(b.total_paise) AS owed ${waitingForMoney} AND b.shop_id = ?`,
        [idToBytes(shopId)],
      );
      return paise(Number(row?.owed ?? 0));
    },
    async paidFor(subscriptionId, periodNo) {
      const [row] = await tx.query(
        `SELECT COALESCE(SUM(price_paise), 0) AS paid FROM subscription_bill
          WHERE subscription_id = ? AND period_no = ? AND charge_state = 'charged' AND active = 1`,
        [idToBytes(subscriptionId), periodNo],
      );
      return paise(Number(row.paid));
    },
    findOpen: (subscriptionId, periodNo) => one({ subscriptionId, periodNo, kind: 'renewal', charge: 'none' }),
    async moveBack(subscriptionId, ms) {
      const back = 'INTERVAL ? MICROSECOND';
      const us = ms * 1_000;
      await tx.query(
        `UPDATE subscription_bill SET period_start = period_start - ${back}, period_end = period_end - ${back},
            last_try_at = last_try_at - ${back} WHERE subscription_id = ?`,
        [us, us, us, idToBytes(subscriptionId)],
      );
    },
    async listGranted(subscriptionId) {
      const found = await rows().find({
        where: { subscriptionId, grant: 'granted' },
        order: { periodNo: 'ASC' },
        lock: { mode: 'pessimistic_write' },
      });
      return found.map(billFromRow);
    },
  };
}
