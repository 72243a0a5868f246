import { continueAsNew, isCancellation, proxyActivities, workflowInfo } from '@temporalio/workflow';
import { activityClasses } from '../lib/activity-classes.ts';
import { reasonOf } from '../lib/refusals.ts';
import { Saga } from '../lib/saga.ts';
import { StatusPage } from '../lib/status-page.ts';
import type { PurchaseActivities } from './purchase-activities.ts';

const patienceMs = 2_000;
const forward = proxyActivities<PurchaseActivities>({
  ...activityClasses.money,
  startToCloseTimeout: patienceMs,
  retry: { maximumAttempts: 1 },
});
const undo = proxyActivities<PurchaseActivities>({
  ...activityClasses.undo,
  startToCloseTimeout: patienceMs,
  retry: { ...activityClasses.undo.retry, initialInterval: '100ms' },
});

/** The smallest purchase that can go wrong in every way: order, charge, grant. */
export async function purchaseWorkflow(amountPaise: number): Promise<void> {
  const status = new StatusPage('Purchase');
  const saga = new Saga(status);
  const key = (step: string) => `${workflowInfo().workflowId}/${step}`;
  const [order, charge, grant] = [key('order'), key('charge'), key('grant')];
  status.enter('buying');
  try {
    await saga.run(async () => {
      await saga.step(
        'order',
        () => forward.placeOrder({ key: order, amountPaise }),
        () => undo.cancelOrder({ key: order }),
      );
      await saga.step(
        'charge',
        () => forward.charge({ key: charge, amountPaise }),
        () => undo.refund({ key: charge }),
      );
      await saga.step(
        'grant',
        () => forward.grant({ key: grant, amountPaise }),
        () => undo.revoke({ key: grant }),
      );
      saga.commit();
    });
    status.enter('bought');
  } catch (error) {
    status.fail(isCancellation(error) ? 'cancelled' : 'failed', reasonOf(error) ?? 'CANCELLED');
    throw error;
  }
}

/** Continues as new in the middle of what its saga runs, as no real workflow should. */
export async function continuingWorkflow(amountPaise: number, continued = false): Promise<void> {
  if (continued) return;
  const saga = new Saga(new StatusPage('Continuing'));
  const key = `${workflowInfo().workflowId}/charge`;
  await saga.run(async () => {
    await saga.step(
      'charge',
      () => forward.charge({ key, amountPaise }),
      () => undo.refund({ key }),
    );
    await continueAsNew<typeof continuingWorkflow>(amountPaise, true);
  });
}
