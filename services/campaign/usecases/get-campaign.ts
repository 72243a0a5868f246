import { type Actor, actsFor } from '@doffers/ownership';
import { type Campaign, campaignNotFound } from '../domain/campaign.ts';
import type { Deps } from './deps.ts';

/**
 * Reads a campaign of the caller's shop; a stranger's attempt looks as if it did not exist.
 *
 * @throws DomainError `CAMPAIGN_NOT_FOUND`
 */
export async function getCampaign(
  { campaigns }: Pick<Deps, 'campaigns'>,
  actor: Actor,
  campaignId: string,
): Promise<Campaign> {
  const campaign = await campaigns.find(campaignId);
  if (campaign === undefined || !actsFor(actor, campaign.ownerId)) throw campaignNotFound();
  return campaign;
}
