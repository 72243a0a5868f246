import { ApplicationFailure, proxyActivities } from '@temporalio/workflow';
import type { Activities } from '../activities/index.ts';
import { activityClasses } from '../lib/activity-classes.ts';

const { issueMonthlyInvoices } = proxyActivities<Activities>(activityClasses.undo);

/** Far more than there are shops; what is left then, the next run takes. */
const mostPages = 500;

/**
 * Invoices the campaigns of shops that want it once a month. Until the month ends there is nothing to do. A shop whose
 * invoice cannot be made holds up no other one; the run fails in the end, so that a person looks, and the next one tries
 * that shop again.
 */
export async function monthlyInvoicesWorkflow(): Promise<{ readonly issued: number }> {
  let issued = 0;
  let failed = 0;
  let failure: string | undefined;
  let afterShopId = '';
  for (let page = 0; page < mostPages; page++) {
    const found = await issueMonthlyInvoices({ afterShopId });
    issued += found.issued;
    failed += found.failed;
    failure ??= found.failure;
    afterShopId = found.nextAfterShopId;
    if (afterShopId === '') break;
  }
  if (failed > 0) {
    const message = `the campaigns of ${failed} shops could not be invoiced; ${issued} invoices were issued; ${failure}`;
    throw ApplicationFailure.nonRetryable(message, 'MONTHLY_INVOICES_FAILED');
  }
  return { issued };
}
