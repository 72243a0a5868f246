import type { UpdateDefinition } from '@temporalio/common';
import {
  CancellationScope,
  condition,
  proxyActivities,
  setHandler,
  upsertSearchAttributes,
} from '@temporalio/workflow';
import type { DispatchActivities } from '../activities/dispatch-activities.ts';
import {
  type CampaignControl,
  type CampaignPhase,
  type ControlRequest,
  cancelUpdate,
  launchUpdate,
  pauseUpdate,
  progressQuery,
  rescheduleUpdate,
  resumeUpdate,
} from '../contracts/campaign.ts';
import { invoicedSignal } from '../contracts/invoice.ts';
import { searchAttributes } from '../contracts/search-attributes.ts';
import { activityClasses } from '../lib/activity-classes.ts';
import { refusal } from '../lib/refusals.ts';
import type { Campaign } from './campaign.ts';
import { closeUnclaimed } from './sending.ts';

const { setDispatchState } = proxyActivities<DispatchActivities>(activityClasses.undo);

/** Takes the messages of a campaign. Call it before the first `await`, or an early message finds no handler. */
export function listen(campaign: Campaign): void {
  setHandler(progressQuery, () => campaign.progress());
  setHandler(invoicedSignal, (invoiced) => void (campaign.invoiced = invoiced));
  setHandler(
    launchUpdate,
    async () => {
      await condition(() => campaign.launch !== undefined || campaign.refusal !== undefined);
      if (campaign.launch === undefined) throw campaign.refusal;
      return campaign.launch;
    },
    { validator: ({ requestId, launchNo }) => assertOwnLaunch(campaign, requestId, launchNo) },
  );
  control(campaign, pauseUpdate, { from: ['sending'], run: () => setPaused(campaign, true) });
  control(campaign, resumeUpdate, {
    from: ['paused'],
    also: () => campaign.phase === 'sending' && campaign.stoppedSenders.size > 0,
    run: () => setPaused(campaign, false),
  });
  control(campaign, cancelUpdate, {
    from: ['launching', 'scheduled', 'sending', 'paused'],
    run: () => {
      campaign.stop('CANCELLED');
      return closeUnclaimed(campaign);
    },
  });
  control(campaign, rescheduleUpdate, {
    from: ['scheduled'],
    check: ({ sendAt }) => assertSendTime(campaign, sendAt),
    run: ({ sendAt }) => reschedule(campaign, sendAt),
  });
  // A cancel of the workflow itself, from the UI or the command line, is the same as the update.
  CancellationScope.current().cancelRequested.catch(() => campaign.stop('CANCELLED'));
}

type Control<R> = {
  readonly from: readonly CampaignPhase[];
  /** Makes sense in another situation too. */
  readonly also?: () => boolean;
  readonly check?: (request: R) => void;
  /** Answers how many messages of open groups may still go out. */
  readonly run: (request: R) => Promise<number> | number;
};

function control<R extends ControlRequest>(
  campaign: Campaign,
  update: UpdateDefinition<CampaignControl, [R]>,
  options: Control<R>,
): void {
  const { from, also = () => false, check = () => undefined, run } = options;
  // The same id for another command is another request.
  const key = ({ requestId }: R) => `${update.name}/${requestId}`;
  const answer = async (request: R): Promise<CampaignControl> => {
    const openMessages = await run(request);
    const phase = campaign.stopReason === undefined ? campaign.phase : 'settling';
    return { phase, openMessages, sendAt: campaign.timer.deadline };
  };
  setHandler(update, (request: R) => campaign.answered.answer(key(request), () => answer(request)), {
    validator: (request: R) => {
      if (campaign.answered.knows(key(request))) return;
      const stopping = campaign.stopReason !== undefined;
      if (stopping || !(from.includes(campaign.phase) || also())) {
        throw refusal(
          'failed_precondition',
          'CAMPAIGN_STATE',
          `this is not possible while the campaign is ${campaign.phase}`,
        );
      }
      check(request);
    },
  });
}

async function setPaused(campaign: Campaign, paused: boolean): Promise<number> {
  if (paused) campaign.paused = true; // lanes take no further range while the ledger is told
  const { openMessages } = await setDispatchState({ campaignId: campaign.input.campaignId, paused });
  campaign.paused = paused;
  if (!paused) campaign.resumes += 1;
  if (!paused && campaign.stoppedSenders.size > 0) {
    campaign.stoppedSenders.clear();
    campaign.status.clearAttention();
  }
  const before = paused ? 'sending' : 'paused';
  if (campaign.phase === before && campaign.stopReason === undefined) campaign.enter(paused ? 'paused' : 'sending');
  return openMessages;
}

function reschedule(campaign: Campaign, sendAt: number): number {
  campaign.timer.deadline = sendAt;
  upsertSearchAttributes([{ key: searchAttributes.scheduledAt, value: new Date(sendAt) }]);
  campaign.describe();
  return 0;
}

function assertOwnLaunch({ input }: Campaign, requestId: string, launchNo: number): void {
  if (requestId !== input.requestId || launchNo !== input.launchNo) {
    throw refusal('already_exists', 'ALREADY_LAUNCHED', 'the campaign is already launched');
  }
}

function assertSendTime({ plan }: Campaign, sendAt: number): void {
  if (sendAt <= Date.now() || sendAt >= (plan?.offerEndAt ?? Number.POSITIVE_INFINITY)) {
    throw refusal('invalid_argument', 'SEND_TIME_INVALID', 'choose a time that is ahead and before the offer ends');
  }
}
