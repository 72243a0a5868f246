import { proxyActivities } from '@temporalio/workflow';
import type { Activities } from '../activities/index.ts';
import { activityClasses } from '../lib/activity-classes.ts';

const { issueMonthlyInvoices } = proxyActivities<Activities>(activityClasses.undo);

/** Far more than there are shops; what is left then, the next run takes. */
const mostPages = 500;

/** Invoices the campaigns of shops that want it once a month. Until the month ends there is nothing to do. */
export async function monthlyInvoicesWorkflow(): Promise<{ readonly issued: number }> {
  let issued = 0;
  let afterShopId = '';
  for (let page = 0; page < mostPages; page++) {
    const found = await issueMonthlyInvoices({ afterShopId });
    issued += found.issued;
    afterShopId = found.nextAfterShopId;
    if (afterShopId === '') break;
  }
  return { issued };
}
