import { proxyActivities } from '@temporalio/workflow';
import type { Activities } from '../activities/index.ts';
import type { ReconciliationResult } from '../contracts/money-schedules.ts';
import { activityClasses } from '../lib/activity-classes.ts';

const { reconcile } = proxyActivities<Activities>(activityClasses.undo);

/** A few seconds each; what is left then, the next run takes. */
const mostParts = 60;

/**
 * Compares the books with everything that they should agree with, until every check has got through. The checks get
 * through in different parts: one that has is left out of the parts that follow, so each is done and counted once.
 */
export async function reconciliationWorkflow(): Promise<ReconciliationResult> {
  let breaks = 0;
  const done: string[] = [];
  const failed: string[] = [];
  for (let part = 0; part < mostParts; part++) {
    const found = await reconcile({ done });
    breaks += found.breaks;
    done.push(...found.done);
    failed.push(...found.failed);
    if (found.over) return { breaks, complete: failed.length === 0, failed };
  }
  return { breaks, complete: false, failed };
}
