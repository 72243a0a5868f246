/** Where a delivery goes. The code is stored and on the wire, the letter is part of every delivery's public id. */
export type Channel = 'whatsapp' | 'push' | 'in_app';

const channels: readonly Channel[] = ['whatsapp', 'push', 'in_app'];

export const channelCode = { whatsapp: 1, push: 2, in_app: 3 } as const satisfies Record<Channel, number>;

export type ChannelCode = (typeof channelCode)[Channel];

/** All pushes go out from one project; its row in `sender` has this id. */
export const pushSender = 'fcm';

const letters: Readonly<Record<Channel, string>> = { whatsapp: 'w', push: 'p', in_app: 'i' };

export function channelOf(code: number): Channel {
  const channel = channels.find((name) => channelCode[name] === code);
  if (channel === undefined) throw new RangeError(`no channel has the code ${code}`);
  return channel;
}

/** The public id of a delivery: collapse id, notification tag and callback data at the provider. */
export function deliveryId(campaignId: string, channel: Channel, seq: number): string {
  return `${campaignId}.${letters[channel]}.${seq}`;
}

const pattern = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.([wpi])\.(0|[1-9]\d{0,9})$/;

/** Reads a delivery's public id; undefined for anything else, test messages too. */
export function parseDeliveryId(id: string): { campaignId: string; channel: Channel; seq: number } | undefined {
  const [, campaignId, letter, seq] = pattern.exec(id) ?? [];
  const channel = channels.find((name) => letters[name] === letter);
  return campaignId && channel ? { campaignId, channel, seq: Number(seq) } : undefined;
}
