import {
  allHandlersFinished,
  CancellationScope,
  condition,
  continueAsNew,
  isCancellation,
  proxyActivities,
} from '@temporalio/workflow';
import type { BillingNotice } from '../activities/billing-notices.ts';
import type { SubscriptionActivities, SubscriptionState } from '../activities/subscription-activities.ts';
import type { SubscriptionInput, SubscriptionResult } from '../contracts/subscription.ts';
import { activityClasses } from '../lib/activity-classes.ts';
import { reasonOf } from '../lib/refusals.ts';
import { billOfPeriod, payBill } from './pay-bill.ts';
import { type CarriedSubscription, Subscription } from './subscription.ts';
import { listen } from './subscription-commands.ts';
import { tellOwner } from './tell-owner.ts';

const { readSubscription, moveSubscription, restartSubscriptions } = proxyActivities<SubscriptionActivities>(
  activityClasses.undo,
);

const trialNoticeMs = 3 * 86_400_000;

/**
 * The clockwork of one subscription: it renews, collects what is owed, ends. How the subscription stands is kept by the
 * payment service, so that a run that was lost is simply started again. Each paid period has a run of its own.
 */
export async function subscriptionWorkflow(
  input: SubscriptionInput,
  carried?: CarriedSubscription,
): Promise<SubscriptionResult> {
  const subscription = new Subscription(input, carried);
  listen(subscription);
  let end: 'ended' | 'renewed';
  try {
    end = await live(subscription);
  } finally {
    // Also when it is cancelled: a command that is paying either goes through or is undone.
    await CancellationScope.nonCancellable(() => condition(allHandlersFinished));
  }
  if (end === 'ended') return { outcome: 'ended' };
  return continueAsNew<typeof subscriptionWorkflow>(input, { answered: subscription.answered.carry() });
}

/** Far more than are overdue at once; what is left then, the next run takes. */
const mostPages = 100;

/** Starts the workflows of subscriptions that are overdue and have none. */
export async function subscriptionSweepWorkflow(): Promise<{ restarted: number }> {
  let restarted = 0;
  let afterSubscriptionId = '';
  for (let page = 0; page < mostPages; page++) {
    const found = await restartSubscriptions({ afterSubscriptionId });
    restarted += found.restarted;
    afterSubscriptionId = found.nextAfterSubscriptionId;
    if (afterSubscriptionId === '') break;
  }
  return { restarted };
}

async function live(subscription: Subscription): Promise<'ended' | 'renewed'> {
  const { subscriptionId, shopId } = subscription.input;
  for (;;) {
    if (subscription.renewed) return 'renewed';
    const { commands } = subscription;
    const state = await readSubscription({ subscriptionId });
    subscription.show(state);
    if (state.status === 'cancelled') return 'ended';
    if (state.status === 'trialing') await announceEndOfTrial(subscription, state, commands);
    if (!(await subscription.reaches(await actsAt(subscription, state), commands))) continue;
    const { lapsed, news } = await subscription.turns.alone(() => act(subscription));
    // After the turn: commands are carried out although nobody can be told for a while.
    if (news !== undefined) await tellOwner(shopId, news.step, news.notice);
    if (lapsed) await subscription.reaches(undefined, commands);
  }
}

async function announceEndOfTrial(subscription: Subscription, state: SubscriptionState, commands: number) {
  const { periodEnd, cancelsAtEnd } = state;
  const noticeAt = periodEnd - trialNoticeMs;
  if (cancelsAtEnd || noticeAt <= Date.now()) return;
  if (!(await subscription.reaches(noticeAt, commands))) return;
  await tellOwner(subscription.input.shopId, 'trial', { kind: 'trial-ending', on: periodEnd });
}

/**
 * When there is something to do: the end of the period, the next attempt at a debt, the end of its grace; undefined when
 * only a command changes anything.
 */
async function actsAt(subscription: Subscription, { status, periodNo, periodEnd }: SubscriptionState) {
  if (status === 'suspended') return undefined;
  if (status !== 'past_due') return periodEnd;
  const { nextTry, giveUp } = await billOfPeriod(subscription, periodNo + 1);
  return nextTry ?? giveUp;
}

type Acted = {
  /** What its owner should know. */
  readonly news?: { readonly step: string; readonly notice: BillingNotice };
  /** It is paused, and what was paid is over: only a command changes anything. */
  readonly lapsed?: true;
};

/** Does what is due. A command may have changed everything while this waited for its turn, so it looks again. */
async function act(subscription: Subscription): Promise<Acted> {
  const { subscriptionId } = subscription.input;
  const state = await readSubscription({ subscriptionId });
  const { status, periodNo } = state;
  const isOver = state.periodEnd <= Date.now();
  if (status === 'cancelled' || status === 'suspended' || !isOver) return {};
  if (status === 'paused') {
    await moveSubscription({ subscriptionId, to: 'lapsed', reason: '' });
    return { lapsed: true };
  }
  if (state.cancelsAtEnd) {
    await moveSubscription({ subscriptionId, to: 'ended', reason: 'CANCELLED' });
    return {};
  }

  const outcome = await collect(subscription, state);
  switch (outcome.kind) {
    case 'paid':
      subscription.renewed = true;
      return {};
    case 'early':
      return {};
    case 'refused': {
      const { amountPaise, isFrozen, nextTry } = outcome;
      if (status === 'incomplete') {
        await moveSubscription({ subscriptionId, to: 'ended', reason: 'FIRST_PAYMENT_FAILED' });
        return { news: { step: 'first', notice: { kind: 'subscription-not-started', amountPaise, isFrozen } } };
      }
      await moveSubscription({ subscriptionId, to: 'past_due', reason: '' });
      const step = `cycle/${periodNo + 1}/try/${outcome.attempt}`;
      return { news: { step, notice: { kind: 'subscription-unpaid', amountPaise, isFrozen, ...nextTry } } };
    }
    case 'given up':
      await moveSubscription({ subscriptionId, to: 'suspended', reason: outcome.reason });
      return { news: { step: `cycle/${periodNo + 1}/suspended`, notice: { kind: 'subscription-suspended' } } };
  }
}

type Collected =
  | { readonly kind: 'paid' | 'early' }
  | {
      readonly kind: 'refused';
      readonly attempt: number;
      readonly amountPaise: number;
      /** The wallet may not be used, whatever is in it. */
      readonly isFrozen: boolean;
      readonly nextTry: { readonly nextTry?: number };
    }
  | { readonly kind: 'given up'; readonly reason: string };

/** Tries to be paid for the next period. A fault, unlike a wallet that is short, waits for a person. */
async function collect(subscription: Subscription, state: SubscriptionState): Promise<Collected> {
  let collected: Collected = { kind: 'given up', reason: 'RENEWAL_FAILED' };
  let cancelled: unknown;
  await subscription.saga.insist('renewal', async () => {
    try {
      collected = await tryToCollect(subscription, state);
    } catch (error) {
      if (!isCancellation(error)) throw error;
      cancelled = error;
    }
  });
  if (cancelled !== undefined) throw cancelled;
  return collected;
}

async function tryToCollect(subscription: Subscription, { status, periodNo }: SubscriptionState): Promise<Collected> {
  const bill = await billOfPeriod(subscription, periodNo + 1);
  if (status === 'past_due' && Date.now() < (bill.nextTry ?? bill.giveUp)) return { kind: 'early' };
  if (status === 'past_due' && bill.nextTry === undefined) return { kind: 'given up', reason: 'UNPAID' };
  const refused = await payBill(subscription, bill);
  if (refused === undefined) return { kind: 'paid' };
  const isFrozen = reasonOf(refused) === 'WALLET_FROZEN';
  const { nextTry, totalPaise: amountPaise, refusedTries: attempt } = await billOfPeriod(subscription, periodNo + 1);
  return { kind: 'refused', attempt, amountPaise, isFrozen, nextTry: nextTry === undefined ? {} : { nextTry } };
}
