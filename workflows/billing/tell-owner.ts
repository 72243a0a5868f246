import { log, proxyActivities, workflowInfo } from '@temporalio/workflow';
import type { BillingActivities } from '../activities/billing-activities.ts';
import type { BillingNotice } from '../activities/billing-notices.ts';
import { activityClasses } from '../lib/activity-classes.ts';
import { reasonOf } from '../lib/refusals.ts';

const { sendBillingNotice } = proxyActivities<BillingActivities>(activityClasses.notify);

/** Tells a shop's owner about money. That nobody can be told is no reason for money to stand still. */
export async function tellOwner(shopId: string, step: string, notice: BillingNotice): Promise<void> {
  const key = `${workflowInfo().workflowId}/notice/${step}`;
  try {
    await sendBillingNotice({ key, shopId, notice });
  } catch (error) {
    log.warn('nobody could be told', { step, reason: reasonOf(error) });
  }
}
