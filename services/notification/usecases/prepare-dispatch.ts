import { type Channel, pushSender } from '../domain/channel.ts';
import type { Content, Dispatch } from '../domain/dispatch.ts';
import { groupSizeOf, walkOf } from '../domain/grid.ts';
import type { DispatchRepository } from '../repositories/dispatch-repository.ts';
import type { Senders } from '../repositories/sender-repository.ts';

export type PrepareDispatchInput = {
  readonly campaignId: string;
  readonly launchNo: number;
  readonly shopId: string;
  readonly audienceId: string;
  readonly content: Content;
  readonly channels: readonly { readonly channel: Channel; readonly size: number; readonly chargeMicros: number }[];
};

/** How the walk of one channel has to go. */
export type ChannelGrid = {
  readonly channel: Channel;
  readonly size: number;
  readonly groupSize: number;
  readonly chunkSize: number;
  readonly lanes: number;
};

type Deps = {
  readonly dispatches: DispatchRepository;
  readonly senders: Pick<Senders, 'add'>;
  readonly sender: { readonly id: string; readonly ratePerSecond: number };
  readonly sendWindow: string;
  readonly now: () => Date;
};

/**
 * Writes down how a launch is sent. Grid and price are frozen with it: a repetition answers what stands.
 *
 * @throws DomainError `LAUNCH_SUPERSEDED` or `ALREADY_SENDING`
 */
export async function prepareDispatch(deps: Deps, input: PrepareDispatchInput): Promise<readonly ChannelGrid[]> {
  const { dispatches, senders, sender, sendWindow, now } = deps;
  const { campaignId, launchNo, shopId, audienceId, content, channels } = input;
  await senders.add(sender.id, sender.ratePerSecond);
  await senders.add(pushSender, 0);
  const planned = channels.map(({ channel, size, chargeMicros }) => ({
    campaignId,
    channel,
    launchNo,
    shopId,
    audienceId,
    // A campaign says one thing, so the campaign's id names its text.
    contentId: campaignId,
    size,
    groupSize: groupSizeOf(channel, sender.ratePerSecond),
    sender: channel === 'whatsapp' ? sender : undefined,
    chargeMicros,
    sendWindow,
    createdAt: now(),
  }));
  await dispatches.prepare(planned, content);
  return (await dispatches.ofCampaign(campaignId)).map(toGrid);
}

function toGrid({ channel, size, groupSize, sender }: Dispatch): ChannelGrid {
  const { chunkSize, lanes } = walkOf(channel, sender?.ratePerSecond ?? 0);
  // The rate may have changed since the group size was frozen; chunks are whole groups of the frozen size.
  return { channel, size, groupSize, chunkSize: Math.max(1, Math.floor(chunkSize / groupSize)) * groupSize, lanes };
}
