import { dispatchNotFound } from '../domain/dispatch.ts';
import type { DispatchControl } from '../repositories/dispatch-control.ts';
import type { DispatchRepository } from '../repositories/dispatch-repository.ts';

type Deps = {
  readonly dispatches: DispatchRepository;
  readonly control: DispatchControl;
  readonly now: () => Date;
};

/** How many messages of open groups may still go out; exact, because the change waits for claims under way. */
export type Control = { readonly openMessages: number };

/** Nothing is claimed while paused. A stopped campaign stays stopped. @throws DomainError `DISPATCH_NOT_FOUND` */
export async function setDispatchState(deps: Deps, campaignId: string, paused: boolean): Promise<Control> {
  await assertPrepared(deps, campaignId);
  return { openMessages: await deps.control.setState(campaignId, paused ? 'paused' : 'running') };
}

/** Ends sending for good: what nobody claimed closes with the reason. A campaign that was never prepared has nothing open. */
export async function stopDispatch({ control, now }: Deps, campaignId: string, reason: number): Promise<Control> {
  return { openMessages: await control.stop(campaignId, reason, now()) };
}

async function assertPrepared({ dispatches }: Deps, campaignId: string): Promise<void> {
  if ((await dispatches.ofCampaign(campaignId)).length === 0) throw dispatchNotFound();
}
