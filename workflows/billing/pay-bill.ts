import { CancellationScope, proxyActivities } from '@temporalio/workflow';
import type { BillState, SubscriptionActivities } from '../activities/subscription-activities.ts';
import { activityClasses } from '../lib/activity-classes.ts';
import { reasonOf } from '../lib/refusals.ts';
import type { Subscription } from './subscription.ts';

// Nobody waits for a renewal, so an outage is waited out. What is refused is refused at once.
const { openBill, chargeBill, refundBill, grantBill, revokeBill, activateBill } =
  proxyActivities<SubscriptionActivities>(activityClasses.undo);

/** The wallet is short, or frozen: nobody's fault but a matter of time. */
const walletRefusals: ReadonlySet<string> = new Set(['INSUFFICIENT_FUNDS', 'WALLET_FROZEN']);

/** The draft of a period's bill. */
export function billOfPeriod(subscription: Subscription, periodNo: number): Promise<BillState> {
  return draftOf(subscription, subscription.billKey(periodNo));
}

/** The draft of a bill. One that was undone, because of a fault that is mended by now, is followed by another. */
export async function draftOf({ input }: Subscription, key: string, upgradeTo?: string): Promise<BillState> {
  const asked = { subscriptionId: input.subscriptionId, ...(upgradeTo !== undefined && { upgradeTo }) };
  for (let again = 0; ; again++) {
    const bill = await openBill({ ...asked, key: again === 0 ? key : `${key}/again/${again}` });
    if (!bill.undone) return bill;
  }
}

/**
 * Pays a bill from the wallet, adds what it includes, and lets the subscription run on it, which has it invoiced. When a
 * step fails, what was done is undone: the units are taken back, the price is given back, the draft is void. Answers
 * the refusal of a wallet that does not pay, if so: the attempt took nothing, and the draft may be tried again.
 */
export async function payBill({ saga }: Subscription, bill: BillState): Promise<Error | undefined> {
  const { billId, refusedTries } = bill;
  try {
    const refusal = await charge();
    if (refusal !== undefined) return refusal;
    await saga.step(
      'grant',
      () => grantBill({ billId }),
      () => revokeBill({ billId }),
    );
    // The pivot: it either happens or is refused, whoever cancels.
    await CancellationScope.nonCancellable(() => activateBill({ billId }));
    saga.commit();
  } catch (error) {
    await saga.compensate();
    throw error;
  }
  return undefined;

  async function charge(): Promise<Error | undefined> {
    try {
      await saga.step(
        'charge',
        () => chargeBill({ billId, attempt: refusedTries + 1 }),
        () => refundBill({ billId }),
      );
      return undefined;
    } catch (error) {
      if (!(error instanceof Error) || !walletRefusals.has(reasonOf(error) ?? '')) throw error;
      saga.commit();
      return error;
    }
  }
}
