import { proxyActivities, sleep } from '@temporalio/workflow';
import type { DispatchActivities, Progress } from '../activities/dispatch-activities.ts';
import type { HoldActivities } from '../activities/hold-activities.ts';
import { activityClasses } from '../lib/activity-classes.ts';
import { reasonOf } from '../lib/refusals.ts';
import type { Campaign } from './campaign.ts';

const money = proxyActivities<HoldActivities>(activityClasses.undo);
const ledger = proxyActivities<DispatchActivities>(activityClasses.undo);
/** While more follows, a capture that does not get through is left to the next one. */
const inPassing = proxyActivities<HoldActivities & DispatchActivities>({
  ...activityClasses.undo,
  scheduleToCloseTimeout: '30s',
});

/** How often the wallet follows what is sent. */
export const captureEveryMs = 10_000;
const shortestPollMs = 1_000;
const longestPollMs = 600_000;

/** Captures what is billable by now. Money that does not suffice ends the campaign; anything else is tried again later. */
export async function captureInPassing(campaign: Campaign): Promise<void> {
  const { campaignId } = campaign.input;
  try {
    await capture(campaign, await inPassing.readProgress({ campaignId }), inPassing);
  } catch (error) {
    const reason = reasonOf(error) ?? '';
    if (['EXCEEDS_HOLD', 'HOLD_CLOSED', 'HOLD_NOT_FOUND'].includes(reason)) campaign.stop('BUDGET_STOP');
  }
}

/**
 * Waits until every delivery is final, at most for the settlement window; ever less often, since most receipts come in
 * the first minutes. Answers false when the next run has to go on waiting.
 */
export async function awaitReceipts(campaign: Campaign, since: number): Promise<boolean> {
  const { campaignId, settleWindowSeconds } = campaign.input;
  const end = since + settleWindowSeconds * 1_000;
  let capturedAt = since;
  while (!campaign.nextRunDue) {
    const { allFinal } = await ledger.readProgress({ campaignId });
    const now = Date.now();
    if (allFinal || now >= end) return true;
    if (now - capturedAt >= captureEveryMs) {
      capturedAt = now;
      await captureInPassing(campaign);
    }
    const pause = Math.min(Math.max((now - since) / 10, shortestPollMs), longestPollMs, end - now);
    await sleep(pause);
  }
  return false;
}

/** The last capture: the quantities it takes are those of the invoice. */
export async function closeBooks(campaign: Campaign): Promise<void> {
  const { campaignId } = campaign.input;
  await capture(campaign, await ledger.settleDispatch({ campaignId }), money);
}

/** Gives the rest back. Also what undoes a hold, whether it was ever placed or not. */
export async function releaseHold(campaign: Campaign): Promise<void> {
  const { shopId } = campaign.input;
  const { capturedPaise, releasedPaise } = await money.releaseHold({ key: campaign.holdKey, shopId });
  campaign.captures = { ...campaign.captures, paise: capturedPaise };
  campaign.releasedPaise = releasedPaise;
}

async function capture(
  campaign: Campaign,
  { channels }: Progress,
  { captureTo }: Pick<HoldActivities, 'captureTo'>,
): Promise<void> {
  const { quantities } = campaign.captures;
  if (channels.every(({ channel, billable }) => billable <= (quantities[channel] ?? 0))) return;
  const captured = channels.map(({ channel, billable }) => ({ lineId: channel, quantity: billable }));
  const { capturedPaise } = await captureTo({ key: campaign.holdKey, captured });
  campaign.captures = {
    quantities: Object.fromEntries(channels.map(({ channel, billable }) => [channel, billable])),
    paise: capturedPaise,
  };
  campaign.describe();
}
