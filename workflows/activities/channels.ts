import { Channel } from '@doffers/proto/campaign/v1/channel';
import type { CampaignChannel } from '../contracts/campaign.ts';

const byName: Readonly<Record<CampaignChannel, Channel>> = {
  whatsapp: Channel.WHATSAPP,
  push: Channel.PUSH,
  in_app: Channel.IN_APP,
};
const names = new Map(Object.entries(byName).map(([name, channel]) => [channel, name as CampaignChannel]));

export function toChannel(name: CampaignChannel): Channel {
  return byName[name];
}

/** @throws Error for a channel that this version does not know; the activity is retried until a newer worker runs it */
export function channelName(channel: Channel): CampaignChannel {
  const name = names.get(channel);
  if (name === undefined) throw new Error(`channel ${channel} is not known here`);
  return name;
}
