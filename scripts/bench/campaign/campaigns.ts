import { setTimeout as sleep } from 'node:timers/promises';
import type { Addresses } from '../../demo/people.ts';
import { type Progress, progressOf } from '../../demo/progress-bar.ts';
import { type Shop, shopFront, topUpFor } from '../../demo/shop.ts';

export type ChannelName = 'WHATSAPP' | 'PUSH' | 'IN_APP';

/** A campaign that is quoted and paid for, ready to be launched. */
export type Prepared = {
  readonly campaignId: string;
  readonly recipients: number;
  /** How long the quote took, of which nearly all is the freeze. */
  readonly quoteMs: number;
  launch(): Promise<void>;
  control(verb: 'pause' | 'resume' | 'cancel'): Promise<{ readonly openMessages: number }>;
  progress(): Promise<Progress>;
};

type Request = { readonly name: string; readonly channel: ChannelName; readonly recipients: number };

/** Drafts, quotes and funds a campaign to about so many recipients on one channel. */
export async function prepareCampaign(addresses: Addresses, shop: Shop, request: Request): Promise<Prepared> {
  const { owner, shopId, offerId } = shop;
  const { name, channel, recipients } = request;
  const { campaignId } = await owner.api('post', `/v1/shops/${shopId}/campaigns`, {
    requestId: `bench-${Date.now()}`,
    offerId,
    name,
    channels: [channel],
    content: {
      title: 'Flat 20% off',
      body: 'On groceries this week, in your neighbourhood. Show this message at the shop.',
      whatsappTemplate: 'offer_announcement',
      whatsappVariables: ['there', shopFront.name, 'Flat 20% off', '31 December'],
    },
    audience: await audienceOf(shop, channel, recipients),
  });
  const campaign = `/v1/campaigns/${String(campaignId)}`;
  const began = performance.now();
  const quote = await owner.api('post', `${campaign}:quote`, { requestId: 'q' });
  const quoteMs = Math.round(performance.now() - began);
  await topUpFor(addresses, shop, Number(quote.totalPaise));
  const [line] = quote.lines as { recipients: string }[];
  return {
    campaignId: String(campaignId),
    recipients: Number(line?.recipients),
    quoteMs,
    launch: async () =>
      void (await owner.api('post', `${campaign}:launch`, { requestId: 'l', quoteId: quote.quoteId })),
    async control(verb) {
      const { openMessages } = await owner.api('post', `${campaign}:${verb}`, { requestId: verb });
      return { openMessages: Number(openMessages ?? 0) };
    },
    progress: async () => progressOf(await owner.api('get', `${campaign}/progress`)),
  };
}

/** Waits until `isOver`, looking seldom enough not to be measured itself. */
export async function waitUntil(
  { progress }: Pick<Prepared, 'progress'>,
  isOver: (progress: Progress) => boolean,
): Promise<Progress> {
  for (;;) {
    const now = await progress();
    if (isOver(now)) return now;
    await sleep(500);
  }
}

/** PIN codes around the shop that together have about so many recipients, nearest first. */
async function audienceOf({ owner }: Shop, channel: ChannelName, recipients: number) {
  const { neighbours } = (await owner.api('get', `/v1/pincodes/${shopFront.pincode}/nearby?radiusKm=25`)) as {
    neighbours: { pincode: string }[];
  };
  const codes = neighbours.map(({ pincode }) => pincode).slice(0, 200);
  let [low, high] = [1, codes.length];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if ((await sizeOf(owner, channel, codes.slice(0, middle))) >= recipients) high = middle;
    else low = middle + 1;
  }
  return { pincodes: codes.slice(0, low) };
}

async function sizeOf(owner: Shop['owner'], channel: ChannelName, pincodes: readonly string[]): Promise<number> {
  const { channels = [] } = (await owner.api('post', '/v1/audiences:estimate', {
    segment: { pincodes },
    channels: [channel],
  })) as { channels?: { size?: string }[] };
  return Number(channels[0]?.size ?? 0);
}
