import { idColumn, instantColumn, paiseColumn } from '@doffers/database';
import { EntitySchema } from 'typeorm';
import type { Bill } from '../domain/bill.ts';
import type { Plan } from '../domain/plan.ts';
import type { Subscription } from '../domain/subscription.ts';
import type { SpendRefusal } from '../domain/wallet.ts';

type Writable<T> = { -readonly [Field in keyof T]: T[Field] };

/** What is on sale, or was. */
export type PlanRow = Writable<Plan> & { onSale: boolean };

export const PlanEntity = new EntitySchema<PlanRow>({
  name: 'plan',
  tableName: 'plan',
  columns: {
    id: { type: 'varchar', length: 40, primary: true },
    name: { type: 'varchar', length: 60 },
    price: paiseColumn('price_paise'),
    offers: { type: 'int' },
    messages: { type: 'simple-json' },
    trialDays: { name: 'trial_days', type: 'int' },
    carriesOver: { name: 'carries_over', type: 'boolean' },
    onSale: { name: 'on_sale', type: 'boolean' },
  },
});

/** A subscription as its row, with the command that opened it. */
type SubscriptionRow = Writable<Omit<Subscription, 'nextPlan'>> & {
  nextPlan: Plan | null;
  liveShopId: string | null;
  requestId: string;
  requestHash: Buffer;
};

export const SubscriptionEntity = new EntitySchema<SubscriptionRow>({
  name: 'subscription',
  tableName: 'subscription',
  columns: {
    id: idColumn('id', { primary: true }),
    shopId: idColumn('shop_id'),
    liveShopId: idColumn('live_shop_id', { nullable: true }),
    buyerId: idColumn('buyer_id'),
    requestId: { name: 'request_id', type: 'varchar', length: 64 },
    requestHash: { name: 'request_hash', type: 'binary', length: 32 },
    status: { type: 'varchar', length: 12 },
    plan: { type: 'simple-json' },
    nextPlan: { name: 'next_plan', type: 'simple-json', nullable: true },
    periodNo: { name: 'period_no', type: 'int' },
    periodStart: instantColumn('period_start'),
    periodEnd: instantColumn('period_end'),
    anchor: instantColumn('anchor'),
    anchorNo: { name: 'anchor_no', type: 'int' },
    cancelsAtEnd: { name: 'cancels_at_end', type: 'boolean' },
    reason: { type: 'varchar', length: 40 },
    createdAt: instantColumn('created_at'),
  },
});

export function subscriptionFromRow(row: SubscriptionRow): Subscription {
  const { liveShopId: _live, requestId: _id, requestHash: _hash, nextPlan, ...subscription } = row;
  return { ...subscription, nextPlan: nextPlan ?? undefined };
}

export function subscriptionColumns({ nextPlan, ...subscription }: Subscription) {
  const liveShopId = subscription.status === 'cancelled' ? null : subscription.shopId;
  return { ...subscription, nextPlan: nextPlan ?? null, liveShopId };
}

export type BillRow = Writable<Omit<Bill, 'lastTryAt' | 'refusal'>> & {
  lastTryAt: Date | null;
  refusal: SpendRefusal | null;
};

export const BillEntity = new EntitySchema<BillRow>({
  name: 'subscription_bill',
  tableName: 'subscription_bill',
  columns: {
    id: idColumn('id', { primary: true }),
    key: { name: 'bill_key', type: 'varchar', length: 160 },
    subscriptionId: idColumn('subscription_id'),
    shopId: idColumn('shop_id'),
    kind: { type: 'enum', enum: ['trial', 'renewal', 'upgrade'] },
    periodNo: { name: 'period_no', type: 'int' },
    periodStart: instantColumn('period_start'),
    periodEnd: instantColumn('period_end'),
    plan: { type: 'simple-json' },
    description: { type: 'varchar', length: 160 },
    price: paiseColumn('price_paise'),
    offers: { type: 'int' },
    messages: { type: 'simple-json' },
    supply: { type: 'simple-json' },
    total: paiseColumn('total_paise'),
    charge: { name: 'charge_state', type: 'enum', enum: ['none', 'charged', 'refunded', 'void'] },
    refusedTries: { name: 'refused_tries', type: 'int' },
    lastTryAt: instantColumn('last_try_at', { nullable: true }),
    refusal: { type: 'varchar', length: 32, nullable: true },
    grant: { name: 'grant_state', type: 'enum', enum: ['none', 'granted', 'revoked', 'void'] },
    active: { type: 'boolean' },
    createdAt: instantColumn('created_at'),
  },
});

export function billFromRow({ lastTryAt, refusal, ...bill }: BillRow): Bill {
  return { ...bill, lastTryAt: lastTryAt ?? undefined, refusal: refusal ?? undefined };
}
