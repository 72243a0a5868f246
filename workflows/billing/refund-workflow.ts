import { CancellationScope, condition, proxyActivities, setHandler } from '@temporalio/workflow';
import type { RefundActivities, RefundProgress } from '../activities/refund-activities.ts';
import { type RefundInput, type RefundResult, refundReportedSignal } from '../contracts/refund.ts';
import { activityClasses } from '../lib/activity-classes.ts';
import { refusal } from '../lib/refusals.ts';
import { Saga } from '../lib/saga.ts';
import { StatusPage } from '../lib/status-page.ts';
import { tellOwner } from './tell-owner.ts';

const { sendRefund, closeRefund } = proxyActivities<RefundActivities>(activityClasses.undo);
const { syncRefund } = proxyActivities<RefundActivities>(activityClasses.read);

/** A bank takes its time; what it decides is reported, and asked for in case the report is lost. */
const firstLook = '1 hour';
const laterLooks = '1 day';

/**
 * Pays money back to where it came from. It is owed already, so this never gives up: a refund that the gateway or the
 * bank turns down waits for a person, who has it tried again or pays it by other means. A cancel of the workflow changes
 * nothing.
 */
export function refundWorkflow(input: RefundInput): Promise<RefundResult> {
  return CancellationScope.nonCancellable(() => payBack(input));
}

async function payBack({ refundId, shopId }: RefundInput): Promise<RefundResult> {
  let reports = 0;
  setHandler(refundReportedSignal, () => void (reports += 1));
  const status = new StatusPage(`Refund ${refundId}`);
  const saga = new Saga(status);
  let attempts = 0;
  let told = false;
  let processed = false;

  const tellOnce = async ({ purpose, amountPaise }: RefundProgress) => {
    if (told || shopId === undefined || purpose === 'parked-payment') return;
    told = true;
    await tellOwner(shopId, 'refund', { kind: `refund-${purpose}`, amountPaise });
  };

  status.enter('sending');
  await saga.insist('refund', async () => {
    attempts += 1;
    let seen = reports;
    let refund = await sendRefund({ refundId, attempt: attempts });
    await tellOnce(refund);
    for (let look = 0; refund.state === 'requested'; look++) {
      status.enter('waiting for the bank', { attempt: attempts });
      await condition(() => reports > seen, look === 0 ? firstLook : laterLooks);
      seen = reports;
      refund = await syncRefund({ refundId });
    }
    if (refund.state === 'failed') throw refusal('failed_precondition', 'REFUND_FAILED', 'the bank turned it down');
    processed = true;
  });
  if (!processed) await closeRefund({ refundId });
  status.enter(processed ? 'processed' : 'closed');
  return { outcome: processed ? 'processed' : 'closed', attempts };
}
