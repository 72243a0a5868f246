import { isCancellation, proxyActivities } from '@temporalio/workflow';
import type { PackActivities } from '../activities/pack-activities.ts';
import type { PackPurchaseInput, PackPurchaseResult } from '../contracts/billing.ts';
import { startInvoice } from '../invoice/start-invoice.ts';
import { activityClasses } from '../lib/activity-classes.ts';
import { reasonOf } from '../lib/refusals.ts';
import { Saga } from '../lib/saga.ts';
import { StatusPage } from '../lib/status-page.ts';

const { chargePurchase, grantPurchase } = proxyActivities<PackActivities>(activityClasses.money);
const { refundPurchase, revokePurchase } = proxyActivities<PackActivities>(activityClasses.undo);

/** Sells a pack: afterwards the shop has paid and owns it, or neither. */
export async function packPurchaseWorkflow({ purchaseId, shopId }: PackPurchaseInput): Promise<PackPurchaseResult> {
  const status = new StatusPage(`Pack purchase ${purchaseId}`);
  const saga = new Saga(status);
  try {
    status.enter('charging');
    await saga.run(async () => {
      await saga.step(
        'charge',
        () => chargePurchase({ purchaseId }),
        () => refundPurchase({ purchaseId }),
      );
      status.enter('granting');
      await saga.step(
        'grant',
        () => grantPurchase({ purchaseId }),
        () => revokePurchase({ purchaseId }),
      );
      saga.commit();
    });
  } catch (error) {
    status.fail(isCancellation(error) ? 'cancelled' : 'failed', reasonOf(error) ?? 'CANCELLED');
    throw error;
  }
  await startInvoice({ source: { kind: 'pack-purchase', key: purchaseId }, shopId }, purchaseId);
  status.enter('completed');
  return { outcome: 'completed' };
}
