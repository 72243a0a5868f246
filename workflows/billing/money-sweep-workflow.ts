import { proxyActivities } from '@temporalio/workflow';
import type { Activities } from '../activities/index.ts';
import type { MoneySweepResult } from '../contracts/money-schedules.ts';
import { activityClasses } from '../lib/activity-classes.ts';

const { expireHolds, expireCredit } = proxyActivities<Activities>(activityClasses.undo);

/** Far more than a day brings; what is left then, the next run takes. */
const mostPages = 100;

/** What the clock does to wallets: releases holds that nobody will close, and takes expired credit away. */
export async function moneySweepWorkflow(): Promise<MoneySweepResult> {
  let holds = 0;
  let afterKey = '';
  for (let page = 0; page < mostPages; page++) {
    const found = await expireHolds({ afterKey });
    holds += found.expired;
    afterKey = found.nextAfterKey;
    if (afterKey === '') break;
  }
  let shops = 0;
  for (let page = 0; page < mostPages; page++) {
    const found = await expireCredit();
    shops += found.shops;
    if (found.shops === 0) break;
  }
  return { holds, shops };
}
