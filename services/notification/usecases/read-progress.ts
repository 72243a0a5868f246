import { dispatchNotFound } from '../domain/dispatch.ts';
import type { DispatchControl } from '../repositories/dispatch-control.ts';
import type { ChannelProgress, DispatchProgress } from '../repositories/dispatch-progress.ts';

type Deps = {
  readonly progress: DispatchProgress;
  readonly control: DispatchControl;
  readonly now: () => Date;
};

export type Progress = { readonly channels: readonly ChannelProgress[]; readonly allFinal: boolean };

/** Counts of a campaign, from its groups. @throws DomainError `DISPATCH_NOT_FOUND` */
export async function readProgress({ progress }: Pick<Deps, 'progress'>, campaignId: string): Promise<Progress> {
  const channels = await progress.ofCampaign(campaignId);
  if (channels.length === 0) throw dispatchNotFound();
  return { channels, allFinal: channels.every(isFinal) };
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
