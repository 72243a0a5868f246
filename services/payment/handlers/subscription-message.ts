import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { toInt64 } from '@doffers/money';
import {
  type PlanSchema,
  Subscription_Status as Status,
  type SubscriptionBillSchema,
  type SubscriptionSchema,
} from '@doffers/proto/payment/v1/subscription_service';
import { type Bill, giveUpAt, nextTry } from '../domain/bill.ts';
import type { Plan } from '../domain/plan.ts';
import type { Subscription, SubscriptionStatus } from '../domain/subscription.ts';

export function planMessage(plan: Plan): MessageInitShape<typeof PlanSchema> {
  const { id, name, price, offers, messages, trialDays, carriesOver } = plan;
  return {
    planId: id,
    name,
    pricePaise: toInt64(price),
    offers,
    whatsappMessages: messages.whatsapp ?? 0,
    pushMessages: messages.push ?? 0,
    inAppMessages: messages.in_app ?? 0,
    trialDays,
    carriesOver,
  };
}

const statuses: Readonly<Record<SubscriptionStatus, Status>> = {
  incomplete: Status.INCOMPLETE,
  trialing: Status.TRIALING,
  active: Status.ACTIVE,
  past_due: Status.PAST_DUE,
  suspended: Status.SUSPENDED,
  paused: Status.PAUSED,
  cancelled: Status.CANCELLED,
};

export function subscriptionMessage(
  subscription: Subscription,
  debt?: Bill,
): MessageInitShape<typeof SubscriptionSchema> {
  const { nextPlan, periodNo, cancelsAtEnd, reason } = subscription;
  return {
    subscriptionId: subscription.id,
    shopId: subscription.shopId,
    status: statuses[subscription.status],
    plan: planMessage(subscription.plan),
    ...(nextPlan && { nextPlan: planMessage(nextPlan) }),
    periodNo,
    periodStart: timestampFromDate(subscription.periodStart),
    periodEnd: timestampFromDate(subscription.periodEnd),
    cancelsAtEnd,
    reason,
    createTime: timestampFromDate(subscription.createdAt),
    ...(debt && { debt: owedOf(debt) }),
  };
}

function owedOf(bill: Bill) {
  const next = nextTry(bill);
  return {
    totalPaise: toInt64(bill.total),
    refusedTries: bill.refusedTries,
    ...(next && { nextTryTime: timestampFromDate(next) }),
    giveUpTime: timestampFromDate(giveUpAt(bill)),
  };
}

export function billMessage(bill: Bill): MessageInitShape<typeof SubscriptionBillSchema> {
  const undone = bill.charge === 'void' || bill.charge === 'refunded';
  return { billId: bill.id, key: bill.key, undone, ...owedOf(bill) };
}
