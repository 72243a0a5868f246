import type { Channel } from '../domain/channel.ts';
import { type Dispatch, dispatchNotFound } from '../domain/dispatch.ts';
import type { DispatchControl } from '../repositories/dispatch-control.ts';
import type { ChannelProgress, DispatchProgress } from '../repositories/dispatch-progress.ts';
import type { DispatchRepository } from '../repositories/dispatch-repository.ts';
import type { Senders } from '../repositories/sender-repository.ts';
import type { TemplateStandings } from '../repositories/template-standings.ts';
import { heldUp, templateStatuses } from './sender-health.ts';

type Deps = {
  readonly progress: DispatchProgress;
  readonly dispatches: DispatchRepository;
  readonly senders: Pick<Senders, 'standstill'>;
  readonly templates: Pick<TemplateStandings, 'statusOf'>;
  readonly control: DispatchControl;
  readonly now: () => Date;
};

export type Progress = {
  readonly channels: readonly (ChannelProgress & {
    /** What holds the rest up, while something is left. */
    readonly heldUpBy: string | undefined;
  })[];
  readonly allFinal: boolean;
};

/** Counts of a campaign, from its groups. @throws DomainError `DISPATCH_NOT_FOUND` */
export async function readProgress(deps: Omit<Deps, 'control'>, campaignId: string): Promise<Progress> {
  const channels = await deps.progress.ofCampaign(campaignId);
  if (channels.length === 0) throw dispatchNotFound();
  const held = channels.some(isLeft) ? await holdUps(deps, campaignId, channels) : undefined;
  return {
    channels: channels.map((one) => ({ ...one, heldUpBy: isLeft(one) ? held?.get(one.channel) : undefined })),
    allFinal: channels.every(isFinal),
  };
}

const isLeft = ({ pending, retry, stopped }: ChannelProgress) => !stopped && pending + retry > 0;

async function holdUps(
  deps: Omit<Deps, 'control'>,
  campaignId: string,
  channels: readonly ChannelProgress[],
): Promise<ReadonlyMap<Channel, string>> {
  const dispatches = await deps.dispatches.ofCampaign(campaignId);
  const waiting = new Set(channels.flatMap(({ channel, retry }) => (retry > 0 ? [channel] : [])));
  const held = await Promise.all(
    dispatches.map(async (dispatch) => {
      const content = await deps.dispatches.content(dispatch.contentId);
      const standing = await heldUp(deps, dispatch, content?.whatsapp);
      const code = standing?.code ?? (waiting.has(dispatch.channel) ? await templateHoldUp(deps, dispatch) : undefined);
      return code === undefined ? [] : [[dispatch.channel, code] as const];
    }),
  );
  return new Map(held.flat());
}

/** A template that does not fit holds its campaign up without anybody having said so beforehand. */
async function templateHoldUp({ progress }: Pick<Deps, 'progress'>, dispatch: Dispatch): Promise<string | undefined> {
  if (dispatch.channel !== 'whatsapp') return undefined;
  const code = await progress.templateRefusal(dispatch);
  // One that was paused or disabled when it was tried goes on: that it is any more would be known.
  return code === undefined || templateStatuses.has(code) ? undefined : `TEMPLATE_REFUSED_${code}`;
}

/** Closes the books. Idempotent. @throws DomainError `DISPATCH_NOT_FOUND` */
export async function settleDispatch(deps: Deps, campaignId: string): Promise<Progress> {
  await deps.control.settle(campaignId, deps.now());
  return readProgress(deps, campaignId);
}

/** WhatsApp says what became of a message, so there an accepted one is still on its way until the books are closed. */
function isFinal({ channel, pending, retry, accepted, unknown, settled }: ChannelProgress): boolean {
  if (settled) return true;
  return pending === 0 && retry === 0 && (channel !== 'whatsapp' || accepted + unknown === 0);
}
