import { allHandlersFinished, condition, continueAsNew, isCancellation, proxyActivities } from '@temporalio/workflow';
import type { SubscriptionActivities, SubscriptionState } from '../activities/subscription-activities.ts';
import type { SubscriptionInput, SubscriptionResult } from '../contracts/subscription.ts';
import { activityClasses } from '../lib/activity-classes.ts';
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
  const end = await live(subscription);
  await condition(allHandlersFinished);
  if (end === 'ended') return { outcome: 'ended' };
  return continueAsNew<typeof subscriptionWorkflow>(input, { answered: subscription.answered.carry() });
}

/** Starts the workflows of subscriptions that are overdue and have none. */
export async function subscriptionSweepWorkflow(): Promise<{ restarted: number }> {
  return restartSubscriptions();
}

async function live(subscription: Subscription): Promise<'ended' | 'renewed'> {
  const { subscriptionId } = subscription.input;
  for (;;) {
    if (subscription.renewed) return 'renewed';
    const { commands } = subscription;
    const state = await readSubscription({ subscriptionId });
    subscription.show(state);
    switch (state.status) {
      case 'cancelled':
        return 'ended';
      case 'trialing':
        await announceEndOfTrial(subscription, state, commands);
        break;
      case 'paused':
        if (await subscription.reaches(state.periodEnd, commands)) {
          await moveSubscription({ subscriptionId, to: 'lapsed', reason: '' });
          await subscription.reaches(undefined, commands);
        }
        continue;
      case 'suspended':
        await subscription.reaches(undefined, commands);
        continue;
      case 'incomplete':
      case 'active':
      case 'past_due':
        break;
    }
    if (!(await subscription.reaches(await actsAt(subscription, state), commands))) continue;
    await subscription.turns.alone(() => act(subscription));
  }
}

async function announceEndOfTrial(subscription: Subscription, state: SubscriptionState, commands: number) {
  const { periodEnd, cancelsAtEnd } = state;
  const noticeAt = periodEnd - trialNoticeMs;
  if (cancelsAtEnd || noticeAt <= Date.now()) return;
  if (!(await subscription.reaches(noticeAt, commands))) return;
  await tellOwner(subscription.input.shopId, 'trial', { kind: 'trial-ending', on: periodEnd });
}

/** When there is something to do: the end of the period, the next attempt at a debt, the end of its grace. */
async function actsAt(subscription: Subscription, { status, periodNo, periodEnd }: SubscriptionState) {
  if (status !== 'past_due') return periodEnd;
  const { nextTry, giveUp } = await billOfPeriod(subscription, periodNo + 1);
  return nextTry ?? giveUp;
}

/** Does what is due. A command may have changed everything while this waited for its turn, so it looks again. */
async function act(subscription: Subscription): Promise<void> {
  const { subscriptionId, shopId } = subscription.input;
  const state = await readSubscription({ subscriptionId });
  const owes = state.status === 'past_due';
  const isDue = ['incomplete', 'trialing', 'active'].includes(state.status) && state.periodEnd <= Date.now();
  if (!isDue && !owes) return;
  if (state.cancelsAtEnd) return moveSubscription({ subscriptionId, to: 'ended', reason: 'CANCELLED' });

  const outcome = await collect(subscription, state);
  switch (outcome.kind) {
    case 'paid':
      subscription.renewed = true;
      return;
    case 'early':
      return;
    case 'refused': {
      const { amountPaise, nextTry } = outcome;
      if (state.status === 'incomplete') {
        await moveSubscription({ subscriptionId, to: 'ended', reason: 'FIRST_PAYMENT_FAILED' });
        return tellOwner(shopId, 'first', { kind: 'subscription-not-started', amountPaise });
      }
      await moveSubscription({ subscriptionId, to: 'past_due', reason: '' });
      const step = `cycle/${state.periodNo + 1}/try/${outcome.attempt}`;
      return tellOwner(shopId, step, { kind: 'subscription-unpaid', amountPaise, ...nextTry });
    }
    case 'given up':
      await moveSubscription({ subscriptionId, to: 'suspended', reason: outcome.reason });
      return tellOwner(shopId, `cycle/${state.periodNo + 1}/suspended`, { kind: 'subscription-suspended' });
  }
}

type Collected =
  | { readonly kind: 'paid' | 'early' }
  | {
      readonly kind: 'refused';
      readonly attempt: number;
      readonly amountPaise: number;
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
  if ((await payBill(subscription, bill)) === undefined) return { kind: 'paid' };
  const { nextTry, totalPaise: amountPaise, refusedTries } = await billOfPeriod(subscription, periodNo + 1);
  return { kind: 'refused', attempt: refusedTries, amountPaise, nextTry: nextTry === undefined ? {} : { nextTry } };
}
