import type { Actor } from '@doffers/ownership';
import { assertLaunched, type Campaign, type CampaignState, campaignNotFound, hasEnded } from '../domain/campaign.ts';
import { type Funnel, funnelOf, percentOf, unsent } from '../domain/funnel.ts';
import { type Launch, sendTimeOf } from '../domain/launch.ts';
import type { Quote } from '../domain/quote.ts';
import type { Deps } from './deps.ts';
import { getCampaign } from './get-campaign.ts';

/** Where a campaign stands. */
export type Progress = {
  readonly campaignId: string;
  readonly state: CampaignState;
  readonly funnels: readonly Funnel[];
  readonly percent: number;
  readonly sendAt: Date;
};

export type ProgressDeps = Pick<Deps, 'campaigns' | 'launches' | 'quotes' | 'dispatch'>;

/** The campaign's last launch. */
export type Launched = { readonly campaign: Campaign; readonly launch: Launch; readonly quote: Quote };

/**
 * Reads the progress of this moment.
 *
 * @throws DomainError `CAMPAIGN_NOT_FOUND` or `CAMPAIGN_STATE`
 */
export async function getProgress(deps: ProgressDeps, actor: Actor, campaignId: string): Promise<Progress> {
  return progressOf(deps, await getLaunched(deps, actor, campaignId));
}

/** @throws DomainError `CAMPAIGN_NOT_FOUND` or `CAMPAIGN_STATE` */
export async function getLaunched(deps: ProgressDeps, actor: Actor, campaignId: string): Promise<Launched> {
  const campaign = await getCampaign(deps, actor, campaignId);
  assertLaunched(campaign);
  const launch = await deps.launches.find({ campaignId, launchNo: campaign.launchNo });
  const quote = launch && (await deps.quotes.find(launch.quoteId));
  if (launch === undefined || quote === undefined) throw campaignNotFound();
  return { campaign, launch, quote };
}

export async function progressOf(
  { dispatch }: Pick<Deps, 'dispatch'>,
  { campaign, launch, quote }: Launched,
): Promise<Progress> {
  const counted = await dispatch.counts(campaign.id);
  const endedBecause = hasEnded(campaign) ? (launch.failure?.reason ?? 'CANCELLED') : undefined;
  const funnels = (counted.length > 0 ? counted : unsent(quote.lines, endedBecause)).map(funnelOf);
  const { id: campaignId, state } = campaign;
  return { campaignId, state, funnels, percent: percentOf(funnels, state), sendAt: sendTimeOf(launch) };
}
