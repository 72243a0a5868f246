import { create, type MessageInitShape, type MessageShape } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import {
  Campaign_State,
  CampaignSchema,
  type CreateCampaignRequest,
} from '@doffers/proto/campaign/v1/campaign_service';
import { Channel as ChannelMessage } from '@doffers/proto/campaign/v1/channel';
import { etagOf } from '@doffers/resource';
import { type Campaign, type CampaignPlan, type CampaignState, type Channel, channels } from '../domain/campaign.ts';

type CampaignMessage = MessageShape<typeof CampaignSchema>;

const channelMessages: Record<Channel, ChannelMessage> = {
  whatsapp: ChannelMessage.WHATSAPP,
  push: ChannelMessage.PUSH,
  in_app: ChannelMessage.IN_APP,
};

const states: Record<CampaignState, Campaign_State> = { draft: Campaign_State.DRAFT };

export function toMessage(campaign: Campaign): CampaignMessage {
  return create(CampaignSchema, {
    ...planToMessage(campaign),
    campaignId: campaign.id,
    shopId: campaign.shopId,
    offerId: campaign.offerId,
    state: states[campaign.state],
    createTime: timestampFromDate(campaign.createdAt),
    updateTime: timestampFromDate(campaign.updatedAt),
    etag: etagOf(campaign.version),
  });
}

/** The part of a campaign that a shopkeeper writes, as a message on which the API's field rules can be checked. */
export function planToMessage({ name, channels: named, content, audience }: CampaignPlan) {
  return {
    name,
    channels: named.map((channel) => channelMessages[channel]),
    content: { ...content, whatsappVariables: [...content.whatsappVariables] },
    audience: { ...audience, pincodes: [...audience.pincodes] },
  } satisfies MessageInitShape<typeof CampaignSchema>;
}

/** Reads what a shopkeeper wrote. A field that is absent in a patch reads as empty; the update mask tells which count. */
export function planFromMessage({ name, channels: named, content, audience }: CampaignMessage | CreateCampaignRequest) {
  return {
    name,
    channels: channels.filter((channel) => named.includes(channelMessages[channel])),
    content: {
      title: content?.title ?? '',
      body: content?.body ?? '',
      whatsappTemplate: content?.whatsappTemplate ?? '',
      whatsappVariables: content?.whatsappVariables ?? [],
    },
    audience: { pincodes: audience?.pincodes ?? [], radiusKm: audience?.radiusKm ?? 0 },
  } satisfies CampaignPlan;
}
