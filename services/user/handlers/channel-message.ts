import { Channel as ChannelMessage } from '@doffers/proto/campaign/v1/channel';
import type { Channel } from '../domain/audience/channel.ts';

const messages = {
  whatsapp: ChannelMessage.WHATSAPP,
  push: ChannelMessage.PUSH,
  in_app: ChannelMessage.IN_APP,
} as const satisfies Record<Channel, ChannelMessage>;

export function channelToMessage(channel: Channel): ChannelMessage {
  return messages[channel];
}

/** @throws RangeError for a channel that validation lets nobody name */
export function channelFromMessage(message: ChannelMessage): Channel {
  switch (message) {
    case ChannelMessage.WHATSAPP:
      return 'whatsapp';
    case ChannelMessage.PUSH:
      return 'push';
    case ChannelMessage.IN_APP:
      return 'in_app';
    default:
      throw new RangeError('a channel must be named');
  }
}
