import { idToBytes, isDuplicateKey, newestFirst, requestHash, type Transaction } from '@doffers/database';
import { type Paise, paise } from '@doffers/money';
import type { PageKey } from '@doffers/resource';
import { keyReused } from '../domain/hold.ts';
import type { Refund } from '../domain/refund.ts';
import { fromRow, RefundEntity, toRow } from './refund-entity.ts';

export type RefundRepository = {
  /**
   * Stores a new refund, once per source: a repetition answers the first one as it stands now.
   * @throws DomainError `IDEMPOTENCY_KEY_REUSED` when its source was refunded with another amount
   */
  createOnce(refund: Refund): Promise<Refund>;
  find(id: string): Promise<Refund | undefined>;
  findBySource(source: string): Promise<Refund | undefined>;
  /** A refund, locked until the transaction ends. */
  lock(id: string): Promise<Refund | undefined>;
  /** How much unused credit of a top-up was refunded. Lock the top-up before, and it stays so. */
  creditRefundedOf(topupId: string): Promise<Paise>;
  /** Stores how far a refund got. */
  save(refund: Refund): Promise<void>;
  /** A shop's refunds, newest first. */
  list(query: {
    readonly shopId: string;
    readonly limit: number;
    readonly after: PageKey | undefined;
  }): Promise<readonly Refund[]>;
};

/** Refunds within one transaction, or statement by statement when `tx` is the database's own manager. */
export function createRefundRepository(tx: Transaction): RefundRepository {
  const rows = () => tx.getRepository(RefundEntity);
  const one = async (where: { id: string } | { source: string }) => {
    const row = await rows().findOneBy(where);
    return row === null ? undefined : fromRow(row);
  };
  return {
    async createOnce(refund) {
      const { source, amount } = refund;
      const hash = requestHash({ source, amount });
      try {
        await rows().insert({ ...toRow(refund), requestHash: hash });
        return refund;
      } catch (error) {
        if (!isDuplicateKey(error, 'uq_refund_source')) throw error;
      }
      const earlier = await rows().findOneByOrFail({ source });
      if (!hash.equals(earlier.requestHash)) throw keyReused();
      return fromRow(earlier);
    },
    find: (id) => one({ id }),
    findBySource: (source) => one({ source }),
    async lock(id) {
      const row = await rows().findOne({ where: { id }, lock: { mode: 'pessimistic_write' } });
      return row === null ? undefined : fromRow(row);
    },
    async creditRefundedOf(topupId) {
      const [row] = await tx.query(
        "SELECT COALESCE(SUM(amount_paise), 0) AS amount FROM refund WHERE topup_id = ? AND purpose = 'unused_credit'",
        [idToBytes(topupId)],
      );
      return paise(Number(row.amount));
    },
    async save({ id, state, attempt, gatewayRefundId = null, settledAt = null }) {
      await rows().update({ id }, { state, attempt, gatewayRefundId, settledAt });
    },
    async list({ shopId, ...page }) {
      const query = rows().createQueryBuilder('refund').where({ shopId });
      return (await newestFirst(query, page).getMany()).map(fromRow);
    },
  };
}
