import { Channel } from '@doffers/proto/campaign/v1/channel';
import { channels, type MessageChannel } from '../domain/message-units.ts';

export const channelOf: Readonly<Record<MessageChannel, Channel>> = {
  whatsapp: Channel.WHATSAPP,
  push: Channel.PUSH,
  in_app: Channel.IN_APP,
};

/** The channel of a message of the API; undefined for one that this version does not know. */
export function channelName(channel: Channel): MessageChannel | undefined {
  return channels.find((name) => channelOf[name] === channel);
}
