import { CancellationScope, proxyActivities, setHandler } from '@temporalio/workflow';
import type { BillState, SubscriptionActivities } from '../activities/subscription-activities.ts';
import { commandUpdate, type SubscriptionCommand } from '../contracts/subscription.ts';
import { activityClasses } from '../lib/activity-classes.ts';
import { billOfPeriod, draftOf, payBill } from './pay-bill.ts';
import type { Subscription } from './subscription.ts';

const { steerSubscription, refundBill } = proxyActivities<SubscriptionActivities>(activityClasses.undo);

/** Takes the commands of people. Call it before the first `await`, or an early one finds no handler. */
export function listen(subscription: Subscription): void {
  setHandler(commandUpdate, ({ requestId, command }) => {
    // The same id for another command is another request.
    const key = `${requestId}/${JSON.stringify(command)}`;
    return subscription.answered.answer(key, async () => {
      await subscription.turns.alone(() => carryOut(subscription, requestId, command));
      subscription.commanded();
      return true as const;
    });
  });
}

async function carryOut(subscription: Subscription, requestId: string, command: SubscriptionCommand): Promise<void> {
  const { subscriptionId } = subscription.input;
  const { state, toPay } = await steerSubscription({ subscriptionId, command });
  if (toPay === 'nothing') return;
  const isDebt = toPay === 'period' && state.status === 'past_due';
  const bill = isDebt ? await billOfPeriod(subscription, state.periodNo + 1) : await billOfCommand();
  const refused = await payBill(subscription, bill);
  if (refused !== undefined) {
    // A command's bill is priced for its moment, and is not tried again, whoever cancels meanwhile.
    if (!isDebt) await CancellationScope.nonCancellable(() => refundBill({ billId: bill.billId }));
    throw refused;
  }
  if (toPay === 'period') subscription.renewed = true;

  /**
   * What is left of the period, or a period that begins now. The request names it: repeated after a run that was ended
   * from outside, it finds what that one has paid.
   */
  function billOfCommand(): Promise<BillState> {
    if (command.kind === 'change') {
      const { planId } = command;
      return draftOf(subscription, subscription.billKey(state.periodNo, 'change', planId, requestId), planId);
    }
    return draftOf(subscription, subscription.billKey(state.periodNo + 1, 'restart', requestId));
  }
}
