import { type Actor, assertApproved } from '@doffers/ownership';
import { type Campaign, isOpen } from '../domain/campaign.ts';
import { alreadyLaunched, assertSameLaunch, assertSendTime, type Launch } from '../domain/launch.ts';
import { assertLiveAt } from '../domain/offer-period.ts';
import { assertQuoteHolds } from '../domain/quote.ts';
import type { Deps } from './deps.ts';
import { finishLaunch } from './finish-launch.ts';
import { getCampaign } from './get-campaign.ts';

export type LaunchCampaignInput = {
  readonly campaignId: string;
  readonly requestId: string;
  readonly quoteId: string;
  /** Undefined: now. */
  readonly sendAt: Date | undefined;
};

/**
 * Launches a campaign under a quote and answers once its money is held. The campaign is taken for this request before
 * anything outside is asked, so a launch that is cut off is finished by its repetition or by the sweep.
 *
 * @throws DomainError `CAMPAIGN_NOT_FOUND`, `QUOTE_NOT_FOUND`, `QUOTE_STALE`, `QUOTE_EXPIRED`, `ALREADY_LAUNCHED`,
 * `SEND_TIME_INVALID`, `SHOP_NOT_APPROVED`, `OFFER_NOT_LIVE`, `IDEMPOTENCY_KEY_REUSED`, and what the workflow refuses
 * with, such as `INSUFFICIENT_FUNDS`
 */
export async function launchCampaign(deps: Deps, actor: Actor, input: LaunchCampaignInput): Promise<Launch> {
  const campaign = await getCampaign(deps, actor, input.campaignId);
  const earlier = await deps.launches.findByRequest(campaign.id, input.requestId);
  const launch = earlier ?? (await beginLaunch(deps, campaign, input));
  assertSameLaunch(launch, input);
  return finishLaunch(deps, launch, campaign.shopId);
}

async function beginLaunch(deps: Deps, campaign: Campaign, input: LaunchCampaignInput): Promise<Launch> {
  if (!isOpen(campaign)) throw alreadyLaunched();
  const now = deps.now();
  const quote = await deps.quotes.find(input.quoteId);
  assertQuoteHolds(quote, campaign, now);
  const sendAt = input.sendAt ?? now;
  assertSendTime(sendAt, now);
  assertApproved(await deps.shopAccess(campaign.shopId));
  assertLiveAt(await deps.directory.offerOf(campaign.shopId, campaign.offerId), sendAt);
  return deps.launches.begin({
    campaignId: campaign.id,
    version: quote.version,
    requestId: input.requestId,
    quoteId: quote.id,
    askedSendAt: input.sendAt,
    createdAt: now,
  });
}
