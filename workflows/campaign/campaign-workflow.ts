import { allHandlersFinished, CancellationScope, condition, continueAsNew } from '@temporalio/workflow';
import type { CampaignInput, CampaignProgress } from '../contracts/campaign.ts';
import { startInvoice } from '../invoice/start-invoice.ts';
import { reasonOf, refusal } from '../lib/refusals.ts';
import { Campaign, type CarriedCampaign } from './campaign.ts';
import { listen } from './control.ts';
import { launch, prepare } from './launch.ts';
import { clearSenders, closeUnclaimed, send } from './sending.ts';
import { awaitReceipts, closeBooks, releaseHold } from './settlement.ts';

/** A document gets its number within a moment. The campaign waits for it, but not for ever. */
const invoicePatience = '1 hour';

/**
 * Sends one launch of a campaign: holds the money, waits for the send time, sends, settles, bills. It *fails* only before
 * anything could be claimed, and then may be launched again. Later it always completes, in the phase it reached: the
 * shop pays for exactly what was delivered, however sending ended.
 */
export async function campaignWorkflow(input: CampaignInput, carried?: CarriedCampaign): Promise<CampaignProgress> {
  const campaign = new Campaign(input, carried);
  listen(campaign);
  // Cancelling the workflow stops the campaign. What has to follow a stop must not be cancelled itself.
  return CancellationScope.nonCancellable(() => run(campaign, carried !== undefined));
}

async function run(campaign: Campaign, continued: boolean): Promise<CampaignProgress> {
  if (continued) {
    campaign.saga.register('hold', () => releaseHold(campaign));
    campaign.saga.register('books', () => closeBooks(campaign));
  } else {
    await begin(campaign);
  }
  if (campaign.channels !== undefined && !(await sendAndAwaitReceipts(campaign))) return nextRun(campaign);
  await settle(campaign);
  await condition(allHandlersFinished);
  return campaign.progress();
}

async function begin(campaign: Campaign): Promise<void> {
  try {
    await launch(campaign);
    await campaign.timer.wait();
    if (campaign.stopReason === undefined) await prepare(campaign);
  } catch (error) {
    throw await refuse(campaign, error);
  }
}

/** Undoes the launch first: whoever hears the refusal may launch again at once. */
async function refuse(campaign: Campaign, error: unknown): Promise<unknown> {
  const reason = reasonOf(error);
  await campaign.saga.compensate();
  campaign.enter('failed', reason ?? 'LAUNCH_TIMED_OUT');
  await campaign.reports.told();
  campaign.refusal =
    reason !== undefined && error instanceof Error
      ? error
      : refusal('unavailable', 'LAUNCH_TIMED_OUT', 'the campaign could not be launched right now; try again');
  await condition(allHandlersFinished);
  return campaign.refusal;
}

/** Answers false when the next run has to go on. */
async function sendAndAwaitReceipts(campaign: Campaign): Promise<boolean> {
  if (campaign.settlingSince === undefined) {
    if (campaign.phase === 'scheduled') campaign.enter('sending');
    await send(campaign);
    const allSent = campaign.channels?.every(({ walk }) => walk.finished) ?? true;
    if (campaign.stopReason === undefined && !allSent) return false;
    clearSenders(campaign);
    await campaign.saga.insist('stop', () => closeUnclaimed(campaign));
    campaign.settlingSince = Date.now();
    campaign.enter('settling');
  }
  const since = campaign.settlingSince;
  let over = true;
  await campaign.saga.insist('receipts', async () => {
    over = await awaitReceipts(campaign, since);
  });
  return over;
}

/** Captures what is billable, gives the rest back, and has the capture billed. */
async function settle(campaign: Campaign): Promise<void> {
  const { campaignId, launchNo, shopId } = campaign.input;
  await campaign.saga.compensate();
  if (campaign.captures.paise > 0) {
    const source = { kind: 'campaign', key: campaign.holdKey } as const;
    await startInvoice({ source, shopId }, `${campaignId}/${launchNo}`);
    await condition(() => campaign.invoiced !== undefined, invoicePatience);
  }
  campaign.enter(campaign.stopReason === 'CANCELLED' ? 'cancelled' : 'completed');
  await campaign.reports.told();
}

/** Outside of anything that compensates: that a run ends is no reason to settle the money. */
async function nextRun(campaign: Campaign): Promise<never> {
  await condition(allHandlersFinished);
  return continueAsNew<typeof campaignWorkflow>(campaign.input, campaign.carry());
}
