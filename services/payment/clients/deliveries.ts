import { DomainError } from '@doffers/errors';
import type { DispatchService } from '@doffers/proto/notification/v1/dispatch_service';
import type { Client } from '@doffers/rpc';
import { channelName } from '../handlers/channel-message.ts';

/**
 * Reads how many deliveries of a campaign are billable, by line; undefined when nothing of it was ever sent. The
 * delivery ledger belongs to the notification service.
 */
export function createBillable(dispatch: Pick<Client<typeof DispatchService>, 'getDispatchProgress'>) {
  return async (campaignId: string): Promise<ReadonlyMap<string, number> | undefined> => {
    try {
      const { channels } = await dispatch.getDispatchProgress({ campaignId });
      return new Map(
        channels.flatMap(({ channel, billable }) => {
          const line = channelName(channel);
          return line === undefined ? [] : [[line, Number(billable)]];
        }),
      );
    } catch (error) {
      if (error instanceof DomainError && error.reason === 'DISPATCH_NOT_FOUND') return undefined;
      throw error;
    }
  };
}
