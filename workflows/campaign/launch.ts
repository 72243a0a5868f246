import { proxyActivities } from '@temporalio/workflow';
import type { CampaignActivities, LaunchPlan } from '../activities/campaign-activities.ts';
import type { DispatchActivities } from '../activities/dispatch-activities.ts';
import type { HoldActivities } from '../activities/hold-activities.ts';
import { activityClasses } from '../lib/activity-classes.ts';
import { refusal } from '../lib/refusals.ts';
import { type Campaign, sizeOf } from './campaign.ts';
import { closeBooks, releaseHold } from './settlement.ts';
import { Walk } from './walk.ts';

const { readLaunchPlan, keepAudience } = proxyActivities<CampaignActivities>(activityClasses.read);
const { placeHold } = proxyActivities<HoldActivities>(activityClasses.money);
const { prepareDispatch } = proxyActivities<DispatchActivities>(activityClasses.read);

/** Reads what was launched, sets its money aside, and answers whoever launched. */
export async function launch(campaign: Campaign): Promise<void> {
  const { campaignId, launchNo, shopId } = campaign.input;
  const plan = await readLaunchPlan({ campaignId, launchNo });
  assertLaunchable(plan, campaign.input.sendAt);
  campaign.plan = plan;
  const lines = plan.channels.map(({ channel, size, rateMicros, description }) => ({
    lineId: channel,
    description,
    quantity: size,
    rateMicros,
  }));
  const { amountPaise } = await campaign.saga.step(
    'hold',
    () => placeHold({ key: campaign.holdKey, shopId, lines }),
    () => releaseHold(campaign),
  );
  assertAsQuoted(plan, amountPaise);
  await keepAudience({ audienceId: plan.audienceId });
  campaign.held(plan, amountPaise);
  campaign.enter('scheduled');
}

/** Writes down how it is sent. From here on the campaign is settled, whatever happens. */
export async function prepare(campaign: Campaign): Promise<void> {
  const { campaignId, launchNo } = campaign.input;
  const grids = await prepareDispatch({ campaignId, launchNo });
  campaign.channels = grids.map((grid) => ({ grid, walk: new Walk(grid) }));
  campaign.saga.register('books', () => closeBooks(campaign));
}

/** Included messages may be used, and rates may change, between quote and hold. Nobody pays more than was agreed to. */
function assertAsQuoted({ quotedPaise = Number.POSITIVE_INFINITY }: LaunchPlan, heldPaise: number): void {
  if (heldPaise <= quotedPaise) return;
  const message =
    'this costs more by now than was quoted: included messages were used, or a rate has changed; ask for a new quote';
  throw refusal('failed_precondition', 'QUOTE_STALE', message);
}

function assertLaunchable(plan: LaunchPlan, sendAt: number): void {
  if (Date.now() >= plan.quoteExpireAt) {
    throw refusal('failed_precondition', 'QUOTE_EXPIRED', 'the quote has expired; ask for a new one');
  }
  if (sizeOf(plan) === 0) {
    throw refusal('failed_precondition', 'AUDIENCE_EMPTY', 'nobody would get this campaign; choose a wider audience');
  }
  if (plan.offerEndAt !== undefined && Math.max(sendAt, Date.now()) >= plan.offerEndAt) {
    throw refusal('failed_precondition', 'OFFER_NOT_LIVE', 'the offer ends before the campaign would be sent');
  }
}
