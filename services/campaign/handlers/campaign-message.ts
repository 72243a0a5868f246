import { create, type MessageInitShape, type MessageShape } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import {
  Campaign_State,
  CampaignSchema,
  type CreateCampaignRequest,
} from '@doffers/proto/campaign/v1/campaign_service';
import { etagOf } from '@doffers/resource';
import { type Campaign, type CampaignPlan, type CampaignState, channels } from '../domain/campaign.ts';
import { channelMessages } from './channel-message.ts';

type CampaignMessage = MessageShape<typeof CampaignSchema>;

const states: Record<CampaignState, Campaign_State> = {
  draft: Campaign_State.DRAFT,
  launching: Campaign_State.LAUNCHING,
  scheduled: Campaign_State.SCHEDULED,
  sending: Campaign_State.SENDING,
  paused: Campaign_State.PAUSED,
  settling: Campaign_State.SETTLING,
  completed: Campaign_State.COMPLETED,
  cancelled: Campaign_State.CANCELLED,
  failed: Campaign_State.FAILED,
};

/** The name of a state where a message has it as text. */
export function stateName(state: CampaignState): string {
  return state.toUpperCase();
}

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
    audience: { ...audience, pincodes: [...audience.pincodes], cities: [...audience.cities] },
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
      whatsappLanguage: content?.whatsappLanguage ?? '',
      whatsappVariables: content?.whatsappVariables ?? [],
    },
    audience: {
      pincodes: audience?.pincodes ?? [],
      radiusKm: audience?.radiusKm ?? 0,
      cities: audience?.cities ?? [],
      activeWithinDays: audience?.activeWithinDays ?? 0,
    },
  } satisfies CampaignPlan;
}
