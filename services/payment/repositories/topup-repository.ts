import { isDuplicateKey, requestHash, type Transaction } from '@doffers/database';
import { DomainError } from '@doffers/errors';
import { IsNull, MoreThan, Not } from 'typeorm';
import type { Topup, TopupRequest } from '../domain/topup.ts';
import { fromRow, TopupEntity } from './topup-entity.ts';

export type TopupRepository = {
  /**
   * Stores a new top-up, once per shop and request id: a repetition answers the first one as it stands now.
   * @throws DomainError `IDEMPOTENCY_KEY_REUSED`
   */
  createOnce(request: TopupRequest, topup: Topup): Promise<Topup>;
  find(id: string): Promise<Topup | undefined>;
  /** A top-up, locked until the transaction ends. */
  lock(id: string): Promise<Topup | undefined>;
  /** The top-up of an order, locked until the transaction ends. */
  lockByOrder(orderId: string): Promise<Topup | undefined>;
  /** Gives a top-up its order unless it has one, and answers the top-up as it is then. */
  setOrder(id: string, orderId: string): Promise<Topup>;
  /** Ends what else a shop has open at `now`: a wallet has one checkout at a time. */
  expireOthers(shopId: string, than: string, now: Date): Promise<void>;
  /** Remembers why an attempt to pay an open order was declined. Answers false when nothing waits for it. */
  noteFailure(orderId: string, reason: string): Promise<boolean>;
  setCredited(id: string, payment: NonNullable<Topup['payment']>): Promise<void>;
  /** Whether the gateway was asked for its money after `since`. */
  wasAsked(id: string, since: Date): Promise<boolean>;
  /** Notes that the gateway is about to be asked for its money. */
  noteAsked(id: string, at: Date): Promise<void>;
};

/** Top-ups within one transaction, or statement by statement when `tx` is the database's own manager. */
export function createTopupRepository(tx: Transaction): TopupRepository {
  const rows = () => tx.getRepository(TopupEntity);
  return {
    async createOnce(request, topup) {
      const { shopId, requestId } = request;
      const { orderId: _none, payment: _unpaid, lastFailure: _untried, ...columns } = topup;
      const hash = requestHash(request);
      try {
        await rows().insert({ ...columns, requestId, requestHash: hash });
        return topup;
      } catch (error) {
        if (!isDuplicateKey(error, 'uq_topup_request')) throw error;
      }
      const earlier = await rows().findOneByOrFail({ shopId, requestId });
      if (hash.equals(earlier.requestHash)) return fromRow(earlier);
      const message = 'this request id was used before for something else; send a new one';
      throw new DomainError('already_exists', 'IDEMPOTENCY_KEY_REUSED', message);
    },
    async find(id) {
      const row = await rows().findOneBy({ id });
      return row === null ? undefined : fromRow(row);
    },
    async lock(id) {
      const row = await rows().findOne({ where: { id }, lock: { mode: 'pessimistic_write' } });
      return row === null ? undefined : fromRow(row);
    },
    async lockByOrder(orderId) {
      const row = await rows().findOne({ where: { orderId }, lock: { mode: 'pessimistic_write' } });
      return row === null ? undefined : fromRow(row);
    },
    async setOrder(id, orderId) {
      await rows().update({ id, orderId: IsNull() }, { orderId });
      return fromRow(await rows().findOneByOrFail({ id }));
    },
    async expireOthers(shopId, than, now) {
      const open = { shopId, id: Not(than), creditedAt: IsNull(), expiresAt: MoreThan(now) };
      await rows().update(open, { expiresAt: now });
    },
    async noteFailure(orderId, reason) {
      const { affected } = await rows().update({ orderId, creditedAt: IsNull() }, { lastFailure: reason.slice(0, 64) });
      return affected === 1;
    },
    async setCredited(id, { id: paymentId, creditedAt }) {
      await rows().update({ id, creditedAt: IsNull() }, { paymentId, creditedAt, lastFailure: null });
    },
    wasAsked: (id, since) => rows().existsBy({ id, chargeAskedAt: MoreThan(since) }),
    noteAsked: async (id, at) => void (await rows().update({ id }, { chargeAskedAt: at })),
  };
}
