import type { Actor } from '@doffers/ownership';
import { applyUpdateMask, assertEtag } from '@doffers/resource';
import { assertOpen, type Campaign, type CampaignPlan, checkPlan } from '../domain/campaign.ts';
import { checkContent } from './check-content.ts';
import type { Deps } from './deps.ts';
import { getCampaign } from './get-campaign.ts';

export type UpdateCampaignInput = {
  readonly campaignId: string;
  readonly etag: string;
  readonly paths: readonly string[];
  readonly patch: CampaignPlan;
  /** Checks the merged plan by the rules of the API's fields. */
  readonly validate: (merged: CampaignPlan) => void;
};

const changeable = {
  name: 'name',
  channels: 'channels',
  content: 'content',
  audience: 'audience',
} as const satisfies Record<string, keyof CampaignPlan>;

/**
 * Changes the named fields of a campaign that is not launched, or whose launch failed.
 *
 * @throws DomainError `CAMPAIGN_NOT_FOUND`, `CAMPAIGN_STATE`, `ETAG_MISMATCH`, `UPDATE_MASK_INVALID`, `PINCODE_UNKNOWN`,
 * `CHANNEL_CONTENT_MISSING`, `TEMPLATE_NOT_FOUND` or `TEMPLATE_VARIABLES`
 */
export async function updateCampaign(deps: Deps, actor: Actor, input: UpdateCampaignInput): Promise<Campaign> {
  const campaign = await getCampaign(deps, actor, input.campaignId);
  assertOpen(campaign);
  assertEtag(campaign.version, input.etag);
  const { name, channels, content, audience } = campaign;
  const merged = applyUpdateMask({ name, channels, content, audience }, input.patch, input.paths, changeable);
  input.validate(merged);
  checkPlan(merged);
  await checkContent(deps, { shopId: campaign.shopId, ...merged });
  if (merged.audience !== audience) await deps.directory.requirePincodes(merged.audience.pincodes);
  return deps.campaigns.save({ ...campaign, ...merged, updatedAt: deps.now() });
}
