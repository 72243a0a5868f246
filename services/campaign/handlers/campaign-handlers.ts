import { create } from '@bufbuild/protobuf';
import { CampaignSchema, type CampaignService } from '@doffers/proto/campaign/v1/campaign_service';
import { pageOf, pageQuery } from '@doffers/resource';
import { type CallContext, type Handlers, validateMessage } from '@doffers/rpc';
import type { Campaign, CampaignPlan } from '../domain/campaign.ts';
import { createCampaign } from '../usecases/create-campaign.ts';
import type { Deps } from '../usecases/deps.ts';
import { getCampaign } from '../usecases/get-campaign.ts';
import { listCampaigns } from '../usecases/list-campaigns.ts';
import { updateCampaign } from '../usecases/update-campaign.ts';
import { actorIn } from './actor.ts';
import { planFromMessage, planToMessage, toMessage } from './campaign-message.ts';

/** Translates CampaignService between protobuf and the use cases; holds no rule of its own. */
export function createCampaignHandlers(deps: Deps): Handlers<typeof CampaignService> {
  return {
    async createCampaign(request, context) {
      const { shopId, offerId, requestId } = request;
      const input = { ...planFromMessage(request), shopId, offerId, requestId };
      const campaign = await createCampaign(deps, actorIn(context), input);
      context.created(`/v1/campaigns/${campaign.id}`);
      return answer(campaign, context);
    },
    async listCampaigns(request, context) {
      const query = pageQuery(request);
      const campaigns = await listCampaigns(deps, actorIn(context), { shopId: request.shopId, ...query });
      const { page, nextPageToken } = pageOf(campaigns, query);
      return { campaigns: page.map(toMessage), nextPageToken };
    },
    async getCampaign(request, context) {
      return answer(await getCampaign(deps, actorIn(context), request.campaignId), context);
    },
    async updateCampaign({ campaign: patch = create(CampaignSchema), updateMask }, context) {
      const campaign = await updateCampaign(deps, actorIn(context), {
        campaignId: patch.campaignId,
        etag: patch.etag,
        paths: updateMask?.paths ?? [],
        patch: planFromMessage(patch),
        validate: (merged: CampaignPlan) =>
          validateMessage(CampaignSchema, create(CampaignSchema, planToMessage(merged))),
      });
      return answer(campaign, context);
    },
  };
}

function answer(campaign: Campaign, context: CallContext) {
  const message = toMessage(campaign);
  context.setHeader('etag', message.etag);
  return message;
}
