import { CancellationScope, proxyActivities, sleep } from '@temporalio/workflow';
import type { AutoTopupActivities } from '../activities/auto-topup-activities.ts';
import type { AutoTopupInput, AutoTopupResult } from '../contracts/auto-topup.ts';
import { activityClasses } from '../lib/activity-classes.ts';
import { StatusPage } from '../lib/status-page.ts';
import { tellOwner } from './tell-owner.ts';

const { chargeAutoTopup, closeAutoTopup } = proxyActivities<AutoTopupActivities>(activityClasses.undo);

/** The reason of one that was not asked for; see the payment service. */
const switchedOff = 'SWITCHED_OFF';

/** How long to wait between looks at a payment that the bank has not decided about; after the last one it is given up. */
const waits = ['10s', '1m', '10m', '1h', '6h', '24h'] as const;

/**
 * Takes one automatic top-up by the shop's mandate. Its receipt is made by the workflow of the top-up, as of every other
 * one; this one only sees that it is paid, or that no other one is tried. A payment that comes after it was given up is
 * still credited. There is nothing to compensate: nothing is taken that is not credited. A cancel of the workflow changes
 * nothing, or the wallet's one automatic top-up would stay open for good.
 */
export function autoTopupWorkflow(input: AutoTopupInput): Promise<AutoTopupResult> {
  return CancellationScope.nonCancellable(() => take(input));
}

async function take({ topupId, shopId }: AutoTopupInput): Promise<AutoTopupResult> {
  const status = new StatusPage(`Automatic top-up ${topupId}`);
  status.enter('charging');
  let progress = await chargeAutoTopup({ topupId });
  for (const wait of waits) {
    if (progress.state !== 'pending') break;
    status.enter('waiting for the bank');
    await sleep(wait);
    progress = await chargeAutoTopup({ topupId });
  }
  const { state, amountPaise } = progress;
  const failure = state === 'credited' ? '' : progress.reason || 'no_answer';
  await closeAutoTopup({ topupId, failure });
  status.enter(failure === '' ? 'credited' : 'stopped', { reason: failure });
  // Its shop did not want this one any more, or may not have it: that is no news to whoever switched it off.
  if (failure === switchedOff) return { outcome: 'declined' };
  const kind = failure === '' ? 'auto-topup-credited' : 'auto-topup-stopped';
  await tellOwner(shopId, 'end', { kind, amountPaise });
  return { outcome: failure === '' ? 'credited' : 'declined' };
}
