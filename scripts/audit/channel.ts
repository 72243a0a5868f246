/** Channels as the delivery ledger codes them and as delivery ids name them: `<campaign>.<letter>.<seq>`. */
export const channels = [
  { name: 'whatsapp', code: 1, letter: 'w' },
  { name: 'push', code: 2, letter: 'p' },
  { name: 'in_app', code: 3, letter: 'i' },
] as const;

export type Channel = (typeof channels)[number]['name'];

const deliveryPattern = /^(.{36})\.([wpi])\.(\d{1,10})$/;

/** Reads a delivery's public id; undefined for anything else, such as a test message. */
export function parseDelivery(id: string): { campaignId: string; channel: Channel; seq: number } | undefined {
  const [, campaignId, letter, seq] = deliveryPattern.exec(id) ?? [];
  const channel = channels.find((candidate) => candidate.letter === letter);
  return campaignId && channel ? { campaignId, channel: channel.name, seq: Number(seq) } : undefined;
}
