import { CancellationScope, condition, proxyActivities, setHandler, workflowInfo } from '@temporalio/workflow';
import type { BillingActivities } from '../activities/billing-activities.ts';
import { creditedSignal, type TopupInput, type TopupResult } from '../contracts/billing.ts';
import { startInvoice } from '../invoice/start-invoice.ts';
import { activityClasses } from '../lib/activity-classes.ts';
import { StatusPage } from '../lib/status-page.ts';

const { syncTopup } = proxyActivities<BillingActivities>(activityClasses.read);

const [minute, hour, day] = [60_000, 3_600_000, 86_400_000];
/** When the gateway is asked what was paid, counted from the opening: a webhook may be lost, and a payment may be late. */
const looks = [5 * minute, hour, day, 2 * day, 3 * day, 4 * day, 5 * day];

/**
 * Follows a top-up until it is paid, and gives a paid one its receipt. The webhook usually tells; in case it is lost the
 * gateway is asked, also after the checkout has expired. An order that nobody paid is forgotten after five days. A
 * payment that comes even then is credited too, and starts this again: see `createTopupWorkflows`. A cancel of the
 * workflow changes nothing: somebody may be paying.
 */
export function topupWorkflow(input: TopupInput): Promise<TopupResult> {
  return CancellationScope.nonCancellable(() => follow(input));
}

async function follow({ topupId, shopId, expireAt }: TopupInput): Promise<TopupResult> {
  let credited = false;
  setHandler(creditedSignal, () => void (credited = true));
  const opened = workflowInfo().startTime.getTime();
  const status = new StatusPage(`Top-up ${topupId}`);
  status.enter('open', { expires: new Date(expireAt).toISOString() });
  for (const look of looks) {
    if (await isCreditedBy(opened + look)) break;
    if ((await syncTopup({ topupId })).credited) credited = true;
    if (credited) break;
    if (Date.now() >= expireAt) status.enter('expired', { 'asked last': new Date().toISOString() });
  }
  if (!credited) {
    status.enter('forgotten');
    return { outcome: 'expired' };
  }
  await startInvoice({ source: { kind: 'topup', key: topupId }, shopId }, topupId);
  status.enter('credited');
  return { outcome: 'credited' };

  async function isCreditedBy(at: number): Promise<boolean> {
    return credited || condition(() => credited, Math.max(1, at - Date.now()));
  }
}
