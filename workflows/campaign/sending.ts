import { CancellationScope, condition, log, proxyActivities, sleep, workflowInfo } from '@temporalio/workflow';
import type { ChunkResult, DispatchActivities } from '../activities/dispatch-activities.ts';
import type { CampaignChannel } from '../contracts/campaign.ts';
import { activityClasses, dispatchClass } from '../lib/activity-classes.ts';
import { reasonOf } from '../lib/refusals.ts';
import type { Campaign, SentChannel } from './campaign.ts';
import { captureEveryMs, captureInPassing } from './settlement.ts';

type SendChunk = DispatchActivities['dispatchChunk'];

const { readProgress, stopDispatch } = proxyActivities<DispatchActivities>(activityClasses.undo);

const queues = { whatsapp: 'dispatch-whatsapp', push: 'dispatch-push', in_app: 'dispatch-inapp' } as const;
const lastPass = 6;
/** When nobody says how long to wait. */
const askAgainMs = 60_000;
const settleDownMs = 1_000;

/**
 * Sends what is left on every channel, and again what was refused for a while. Returns when nothing is left, when the
 * campaign is stopped, or when the next run has to go on; by then no chunk is under way any more.
 */
export async function send(campaign: Campaign): Promise<void> {
  const sent = { chunks: 0, over: false };
  const capturing = captureWhileSending(campaign, sent);
  const offerEnd = watchOfferEnd(campaign);
  const closing = closeWhenStopped(campaign, sent);
  await Promise.all((campaign.channels ?? []).map((channel) => sendChannel(campaign, channel, sent)));
  offerEnd.cancel();
  sent.over = true;
  await Promise.all([capturing, closing]);
}

/** Nobody waits for a sender any more once nothing is left to send. */
export function clearSenders(campaign: Campaign): void {
  for (const { grid } of campaign.channels ?? []) clearSender(campaign, grid.channel);
}

/** Closes what nobody claimed with the reason of the stop, once in a run; a refusal is not remembered. */
export async function closeUnclaimed(campaign: Campaign): Promise<number> {
  const { stopReason: reason } = campaign;
  if (reason === undefined || campaign.channels === undefined) return 0;
  campaign.closing ??= stopDispatch({ campaignId: campaign.input.campaignId, reason }).then(
    ({ openMessages }) => openMessages,
  );
  try {
    return await campaign.closing;
  } catch (error) {
    campaign.closing = undefined;
    throw error;
  }
}

async function sendChannel(campaign: Campaign, { grid, walk }: SentChannel, sent: { chunks: number }): Promise<void> {
  const { channel } = grid;
  const { shopId } = campaign.input;
  const { dispatchChunk } = proxyActivities<DispatchActivities>(dispatchClass({ taskQueue: queues[channel], shopId }));
  const sendOne: SendChunk = async (chunk) => {
    const result = await dispatchChunk(chunk);
    sent.chunks += 1;
    return result;
  };
  while (!walk.finished) {
    await Promise.all(Array.from({ length: Math.max(1, grid.lanes) }, () => lane(campaign, { grid, walk }, sendOne)));
    if (campaign.halted || !walk.handedOut) return;
    try {
      await nextPass(campaign, { grid, walk });
    } catch (error) {
      refuseToGoOn(campaign, channel, error);
    }
    if (campaign.halted) return;
  }
}

/** One lane sends range after range; what it does not finish it gives back. */
async function lane(campaign: Campaign, { grid, walk }: SentChannel, sendChunk: SendChunk): Promise<void> {
  const { channel } = grid;
  while (await mayGoOn(campaign)) {
    const range = walk.take();
    if (range === undefined) return;
    try {
      const { campaignId } = campaign.input;
      const { resumes } = campaign;
      const result = await sendChunk({ campaignId, channel, pass: walk.pass, ...range });
      walk.giveBack({ from: result.next, to: range.to });
      campaign.count(channel, result.counts);
      await obey(campaign, channel, result, campaign.resumes > resumes);
    } catch (error) {
      walk.giveBack(range);
      refuseToGoOn(campaign, channel, error);
    }
  }
}

async function mayGoOn(campaign: Campaign): Promise<boolean> {
  await condition(() => !campaign.paused || campaign.halted);
  return !campaign.halted;
}

async function obey(
  campaign: Campaign,
  channel: CampaignChannel,
  result: ChunkResult,
  resumedMeanwhile: boolean,
): Promise<void> {
  const { halt, resumeAt } = result;
  if (halt !== 'sender' && halt !== 'template') clearSender(campaign, channel);
  switch (halt) {
    case undefined:
    case 'budget':
      return;
    case 'paused':
      // Usually our own pause, which `mayGoOn` waits out; somebody else's must not make us ask without end.
      if (!campaign.paused) await sleep(settleDownMs);
      return;
    case 'stopped':
      campaign.stop('CANCELLED');
      return;
    case 'window':
    case 'throttled':
      await campaign.waitUntil(resumeAt ?? Date.now() + askAgainMs);
      return;
    case 'sender':
    case 'template':
      // The answer may be older than what was put right before the resume: it is asked again at once.
      if (!resumedMeanwhile) await awaitSender(campaign, channel, result);
  }
}

/** A sender that stands still, or a template that WhatsApp holds back, is asked again when somebody resumes the campaign, or when its time has come. */
async function awaitSender(
  campaign: Campaign,
  channel: CampaignChannel,
  { halt, resumeAt, code = 'no code' }: ChunkResult,
): Promise<void> {
  if (!campaign.stoppedSenders.has(channel)) {
    campaign.stoppedSenders.add(channel);
    if (halt === 'template') {
      const what = `WhatsApp says ${code} of this campaign's template. It is asked again every minute; cancel the campaign to give the rest of the money back.`;
      campaign.status.raiseAttention(code, what);
    } else {
      const what = `The sender of \`${channel}\` stands still: ${code}. Put it right and resume the sender (\`/v1/admin/senders\`); it is asked again every minute, at once when the campaign is resumed.`;
      campaign.status.raiseAttention('SENDER_STOPPED', what);
    }
  }
  const waitMs = resumeAt === undefined ? askAgainMs : resumeAt - Date.now();
  if (waitMs > 0) await condition(() => !campaign.stoppedSenders.has(channel) || campaign.halted, waitMs);
}

function clearSender(campaign: Campaign, channel: CampaignChannel): void {
  if (campaign.stoppedSenders.delete(channel) && campaign.stoppedSenders.size === 0) campaign.status.clearAttention();
}

/** Only what the ledger refuses for good ends up here: trying again would end the same. */
function refuseToGoOn(campaign: Campaign, channel: CampaignChannel, error: unknown): void {
  const reason = reasonOf(error) ?? 'an error without a reason';
  log.error('a chunk was refused', { channel, reason });
  campaign.status.raiseAttention(
    'DISPATCH_FAILED',
    `Sending on \`${channel}\` was refused: ${reason}. It is settled now.`,
  );
  campaign.stop('DISPATCH_FAILED');
}

async function nextPass(campaign: Campaign, { grid, walk }: SentChannel): Promise<void> {
  const { channels } = await readProgress({ campaignId: campaign.input.campaignId });
  const { retryPass = 0, retryAt = 0 } = channels.find(({ channel }) => channel === grid.channel) ?? {};
  if (retryPass <= walk.pass || retryPass > lastPass) return walk.finish();
  await campaign.waitUntil(retryAt);
  if (!campaign.halted) walk.begin(retryPass);
}

/** The wallet follows what is sent, unless nothing is. */
async function captureWhileSending(campaign: Campaign, sent: { chunks: number; over: boolean }): Promise<void> {
  // What an earlier run has sent may not be captured yet.
  const isFirstRun = workflowInfo().continuedFromExecutionRunId === undefined;
  for (let captured = isFirstRun ? 0 : -1; ; captured = sent.chunks) {
    await condition(() => sent.over || sent.chunks > captured);
    if (sent.over || (await condition(() => sent.over, captureEveryMs))) return;
    await captureInPassing(campaign);
  }
}

/** Whatever stops the campaign, the ledger hears of it while chunks are still under way. */
async function closeWhenStopped(campaign: Campaign, sent: { over: boolean }): Promise<void> {
  await condition(() => sent.over || campaign.stopReason !== undefined);
  try {
    await closeUnclaimed(campaign);
  } catch (error) {
    log.warn('unclaimed messages were not closed', { reason: reasonOf(error) }); // tried again when the lanes have ended
  }
}

/** Nothing is sent for an offer that is over. */
function watchOfferEnd(campaign: Campaign): CancellationScope {
  const scope = new CancellationScope();
  const { offerEndAt } = campaign.plan ?? {};
  if (offerEndAt === undefined) return scope;
  const watching = scope.run(async () => {
    if (offerEndAt > Date.now()) await sleep(offerEndAt - Date.now(), { summary: 'the offer ends' });
    campaign.stop('OFFER_ENDED');
  });
  watching.catch(() => undefined); // everything was sent before
  return scope;
}
