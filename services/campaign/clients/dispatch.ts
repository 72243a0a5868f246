import { timestampDate } from '@bufbuild/protobuf/wkt';
import { DomainError } from '@doffers/errors';
import type { ChannelProgress, DispatchService } from '@doffers/proto/notification/v1/dispatch_service';
import type { Client } from '@doffers/rpc';
import type { Channel } from '../domain/campaign.ts';
import type { ChannelCounts } from '../domain/funnel.ts';
import type { Message } from '../domain/message.ts';
import { channelMessages, channelOf } from '../handlers/channel-message.ts';

export type Recipient = {
  /** `<campaign>.<w|p|i>.<seq>`. */
  readonly deliveryId: string;
  readonly state: string;
  readonly reason: string;
  readonly changedAt: Date | undefined;
  readonly billed: boolean;
};

type RecipientQuery = {
  readonly campaignId: string;
  readonly channel: Channel;
  readonly pageSize: number;
  readonly pageToken: string;
  /** Such as `SUPPRESSED`; empty: all. */
  readonly state: string;
};

type TestSend = {
  readonly campaignId: string;
  readonly userId: string;
  readonly channel: Channel;
  readonly message: Message;
  /** The same number has the effect of one call. */
  readonly number: number;
};

/** What the delivery ledger tells of a campaign. */
export type Dispatch = {
  /** Empty before the sending is prepared. */
  counts(campaignId: string): Promise<readonly ChannelCounts[]>;
  /** @throws DomainError `PAGE_TOKEN_INVALID` */
  recipients(query: RecipientQuery): Promise<{ recipients: readonly Recipient[]; nextPageToken: string }>;
  /** @throws DomainError `NO_CONTACT`, `PROVIDER_REFUSED` or `PROVIDER_UNAVAILABLE` */
  sendTest(test: TestSend): Promise<{ readonly deliveryId: string }>;
};

type Calls = Pick<Client<typeof DispatchService>, 'getDispatchProgress' | 'listRecipients' | 'sendTest'>;

export function createDispatch(dispatch: Calls): Dispatch {
  return {
    async counts(campaignId) {
      try {
        const { channels } = await dispatch.getDispatchProgress({ campaignId });
        return channels.map(toCounts);
      } catch (error) {
        if (error instanceof DomainError && error.reason === 'DISPATCH_NOT_FOUND') return [];
        throw error;
      }
    },
    async recipients({ channel, ...query }) {
      const page = await dispatch.listRecipients({ ...query, channel: channelMessages[channel] });
      const recipients = page.recipients.map(({ deliveryId, state, reason, changeTime, billed }) => ({
        deliveryId,
        state,
        reason,
        changedAt: changeTime && timestampDate(changeTime),
        billed,
      }));
      return { recipients, nextPageToken: page.nextPageToken };
    },
    async sendTest({ channel, message, ...test }) {
      const content = { ...message, whatsappVariables: [...message.whatsappVariables] };
      const { deliveryId } = await dispatch.sendTest({ ...test, channel: channelMessages[channel], content });
      return { deliveryId };
    },
  };
}

function toCounts(progress: ChannelProgress): ChannelCounts {
  return {
    channel: channelOf(progress.channel),
    size: Number(progress.size),
    pending: Number(progress.pending + progress.retry),
    accepted: Number(progress.accepted),
    delivered: Number(progress.delivered),
    read: Number(progress.read),
    failed: Number(progress.failed),
    suppressed: Number(progress.suppressed),
    unknown: Number(progress.unknown),
    billable: Number(progress.billable),
    heldUpBy: progress.heldUpBy,
    reasons: progress.reasons.map(({ reason, count }) => ({ reason, count: Number(count) })),
  };
}
