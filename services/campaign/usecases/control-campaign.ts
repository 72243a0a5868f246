import type { Actor } from '@doffers/ownership';
import { assertRunning, type Campaign } from '../domain/campaign.ts';
import type { Control, ControlAnswer } from '../domain/control.ts';
import { assertSendTime, requestIdReused } from '../domain/launch.ts';
import type { Deps } from './deps.ts';
import { getCampaign } from './get-campaign.ts';

type ControlInput = { readonly campaignId: string; readonly requestId: string };

/**
 * Pauses, resumes or cancels. The answer is kept, because a workflow that has ended cannot repeat it.
 *
 * @throws DomainError `CAMPAIGN_NOT_FOUND`, `CAMPAIGN_STATE` or `IDEMPOTENCY_KEY_REUSED`
 */
export function controlCampaign(
  deps: Deps,
  actor: Actor,
  { action, ...input }: ControlInput & { readonly action: 'pause' | 'resume' | 'cancel' },
): Promise<Control> {
  return command(deps, actor, { ...input, command: action }, ({ id: campaignId }) =>
    deps.workflows[action]({ campaignId, requestId: input.requestId }),
  );
}

/**
 * Moves the send time of a campaign that has not begun.
 *
 * @throws DomainError `CAMPAIGN_NOT_FOUND`, `CAMPAIGN_STATE`, `SEND_TIME_INVALID` or `IDEMPOTENCY_KEY_REUSED`
 */
export function rescheduleCampaign(
  deps: Deps,
  actor: Actor,
  { sendAt, ...input }: ControlInput & { readonly sendAt: Date },
): Promise<Control> {
  const named = { ...input, command: `reschedule ${sendAt.toISOString()}` };
  return command(deps, actor, named, async ({ id: campaignId, launchNo }) => {
    assertSendTime(sendAt, deps.now());
    const answer = await deps.workflows.reschedule({ campaignId, requestId: input.requestId, sendAt });
    await deps.launches.moveSendTime({ campaignId, launchNo }, answer.sendAt);
    return answer;
  });
}

async function command(
  deps: Deps,
  actor: Actor,
  { campaignId, requestId, command: asked }: ControlInput & { readonly command: string },
  tell: (campaign: Campaign) => Promise<ControlAnswer>,
): Promise<Control> {
  const campaign = await getCampaign(deps, actor, campaignId);
  const earlier = await deps.controls.find(campaignId, requestId);
  if (earlier !== undefined) {
    if (earlier.command !== asked) throw requestIdReused();
    return earlier;
  }
  assertRunning(campaign);
  const answer = await tell(campaign);
  const control = { ...answer, campaignId, requestId, actorId: actor.userId, command: asked, createdAt: deps.now() };
  await deps.controls.keep(control);
  return control;
}
