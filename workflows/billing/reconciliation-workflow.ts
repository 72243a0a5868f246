import { proxyActivities } from '@temporalio/workflow';
import type { Activities } from '../activities/index.ts';
import { activityClasses } from '../lib/activity-classes.ts';

const { reconcile } = proxyActivities<Activities>(activityClasses.undo);

/** A few seconds each; what is left then, the next run takes. */
const mostParts = 60;

/** Compares the books with everything that they should agree with, until every check has got through. */
export async function reconciliationWorkflow(): Promise<{ readonly breaks: number; readonly complete: boolean }> {
  let breaks = 0;
  for (let part = 0; part < mostParts; part++) {
    const found = await reconcile();
    breaks += found.breaks;
    if (found.complete) return { breaks, complete: true };
  }
  return { breaks, complete: false };
}
