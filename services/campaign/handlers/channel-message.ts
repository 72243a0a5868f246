import { Channel as ChannelMessage } from '@doffers/proto/campaign/v1/channel';
import { type Channel, channels } from '../domain/campaign.ts';

/** The channels on the wire. */
export const channelMessages: Readonly<Record<Channel, ChannelMessage>> = {
  whatsapp: ChannelMessage.WHATSAPP,
  push: ChannelMessage.PUSH,
  in_app: ChannelMessage.IN_APP,
};

/** @throws RangeError for a value that field rules keep out */
export function channelOf(message: ChannelMessage): Channel {
  const channel = channels.find((name) => channelMessages[name] === message);
  if (channel === undefined) throw new RangeError(`not a channel: ${message}`);
  return channel;
}
