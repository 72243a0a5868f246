import { isDuplicateKey, newestFirst, requestHash, type Transaction } from '@doffers/database';
import type { PageKey } from '@doffers/resource';
import { In, LessThan, MoreThan } from 'typeorm';
import { keyReused } from '../domain/hold.ts';
import type { Plan } from '../domain/plan.ts';
import { type Subscription, type SubscriptionRequest, subscriptionExists } from '../domain/subscription.ts';
import {
  PlanEntity,
  type PlanRow,
  SubscriptionEntity,
  subscriptionColumns,
  subscriptionFromRow,
} from './subscription-entity.ts';

export type SubscriptionRepository = {
  /** The catalogue, cheapest plan first. */
  listPlans(): Promise<readonly Plan[]>;
  findPlan(id: string): Promise<Plan | undefined>;
  /**
   * What became of a request.
   * @throws DomainError `IDEMPOTENCY_KEY_REUSED` when its id was used for another
   */
  findFor(request: SubscriptionRequest): Promise<Subscription | undefined>;
  /**
   * Answers false when its request id is taken.
   * @throws DomainError `SUBSCRIPTION_EXISTS` when the shop has one that lives
   */
  insert(request: SubscriptionRequest, subscription: Subscription): Promise<boolean>;
  find(id: string): Promise<Subscription | undefined>;
  /** A subscription, locked until the transaction ends. */
  lock(id: string): Promise<Subscription | undefined>;
  save(subscription: Subscription): Promise<void>;
  hadOne(shopId: string): Promise<boolean>;
  /** Whether a shop has one that has not ended. */
  hasLive(shopId: string): Promise<boolean>;
  /** A shop's subscriptions, newest first. */
  list(query: {
    readonly shopId: string;
    readonly limit: number;
    readonly after: PageKey | undefined;
  }): Promise<readonly Subscription[]>;
  /** Those that should have been acted on before `before`, a page at a time, in the order of their ids. */
  listOverdue(query: {
    readonly before: Date;
    readonly limit: number;
    readonly after: string | undefined;
  }): Promise<readonly Subscription[]>;
};

/** Subscriptions within one transaction, or statement by statement when `tx` is the database's own manager. */
export function createSubscriptionRepository(tx: Transaction): SubscriptionRepository {
  const plans = () => tx.getRepository(PlanEntity);
  const rows = () => tx.getRepository(SubscriptionEntity);
  return {
    async listPlans() {
      return (await plans().find({ where: { onSale: true }, order: { price: 'ASC' } })).map(toPlan);
    },
    async findPlan(id) {
      const row = await plans().findOneBy({ id, onSale: true });
      return row === null ? undefined : toPlan(row);
    },
    async findFor(request) {
      const { shopId, requestId } = request;
      const row = await rows().findOneBy({ shopId, requestId });
      if (row === null) return undefined;
      if (!requestHash(request).equals(row.requestHash)) throw keyReused();
      return subscriptionFromRow(row);
    },
    async insert(request, subscription) {
      const command = { requestId: request.requestId, requestHash: requestHash(request) };
      try {
        await rows().insert({ ...subscriptionColumns(subscription), ...command });
        return true;
      } catch (error) {
        if (isDuplicateKey(error, 'uq_subscription_request')) return false;
        if (isDuplicateKey(error, 'uq_subscription_live')) throw subscriptionExists();
        throw error;
      }
    },
    async find(id) {
      const row = await rows().findOneBy({ id });
      return row === null ? undefined : subscriptionFromRow(row);
    },
    async lock(id) {
      const row = await rows().findOne({ where: { id }, lock: { mode: 'pessimistic_write' } });
      return row === null ? undefined : subscriptionFromRow(row);
    },
    async save(subscription) {
      await rows().update({ id: subscription.id }, subscriptionColumns(subscription));
    },
    hadOne: (shopId) => rows().existsBy({ shopId }),
    hasLive: (shopId) => rows().existsBy({ liveShopId: shopId }),
    async list({ shopId, ...page }) {
      const query = rows().createQueryBuilder('subscription').where({ shopId });
      return (await newestFirst(query, page).getMany()).map(subscriptionFromRow);
    },
    async listOverdue({ before, limit, after }) {
      const acting = In(['incomplete', 'trialing', 'active', 'past_due']);
      const where = {
        status: acting,
        periodEnd: LessThan(before),
        ...(after !== undefined && { id: MoreThan(after) }),
      };
      const found = await rows().find({ where, order: { id: 'ASC' }, take: limit });
      return found.map(subscriptionFromRow);
    },
  };
}

function toPlan({ onSale: _sold, ...plan }: PlanRow): Plan {
  return plan;
}
