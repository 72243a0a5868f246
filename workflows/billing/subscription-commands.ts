import { proxyActivities, setHandler } from '@temporalio/workflow';
import type { SubscriptionActivities } from '../activities/subscription-activities.ts';
import { commandUpdate, type SubscriptionCommand } from '../contracts/subscription.ts';
import { activityClasses } from '../lib/activity-classes.ts';
import { refusal } from '../lib/refusals.ts';
import { billOfPeriod, payBill } from './pay-bill.ts';
import type { Subscription } from './subscription.ts';

const { steerSubscription, openBill, refundBill } = proxyActivities<SubscriptionActivities>(activityClasses.undo);

/** Takes the commands of people. Call it before the first `await`, or an early one finds no handler. */
export function listen(subscription: Subscription): void {
  setHandler(commandUpdate, ({ requestId, command }) => {
    // The same id for another command is another request.
    const key = `${requestId}/${JSON.stringify(command)}`;
    return subscription.answered.answer(key, async () => {
      await subscription.turns.alone(() => carryOut(subscription, command));
      subscription.commanded();
      return true as const;
    });
  });
}

async function carryOut(subscription: Subscription, command: SubscriptionCommand): Promise<void> {
  const { subscriptionId } = subscription.input;
  const { state, toPay } = await steerSubscription({ subscriptionId, command });
  if (toPay === 'nothing') return;
  if (toPay === 'period' && state.status === 'past_due') {
    const refused = await payBill(subscription, await billOfPeriod(subscription, state.periodNo + 1));
    if (refused !== undefined) throw notPaid(refused);
    subscription.renewed = true;
    return;
  }
  // A bill of this moment: what is left of the period, or a period that begins now.
  const now = String(Date.now());
  const upgrade = toPay === 'upgrade' && command.kind === 'change' ? { upgradeTo: command.planId } : {};
  const key =
    toPay === 'upgrade'
      ? subscription.billKey(state.periodNo, 'change', now)
      : subscription.billKey(state.periodNo + 1, 'restart', now);
  const bill = await openBill({ subscriptionId, key, ...upgrade });
  const refused = await payBill(subscription, bill);
  if (refused !== undefined) {
    await refundBill({ billId: bill.billId }); // it is priced for this moment, and is not tried again
    throw notPaid(refused);
  }
  if (toPay === 'period') subscription.renewed = true;
}

function notPaid(reason: string) {
  const frozen = 'nothing can be paid from this wallet for now: ask support what it waits for';
  const short = 'the wallet does not cover this: top it up and try again';
  return refusal('failed_precondition', reason, reason === 'WALLET_FROZEN' ? frozen : short);
}
