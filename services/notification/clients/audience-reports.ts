import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import type { AudienceService } from '@doffers/proto/user/v1/audience_service';
import type { Client } from '@doffers/rpc';
import type { ChannelCode } from '../domain/channel.ts';

/** What `user` is told about its customers, as the outbox keeps it. */
export type AudienceReports = {
  unreachable(report: {
    readonly customerId: string;
    readonly channel: ChannelCode;
    readonly token: string;
    readonly code: string;
    readonly optedOut: boolean;
  }): Promise<void>;
  reach(report: {
    readonly audienceId: string;
    readonly channel: ChannelCode;
    readonly firstSeq: number;
    /** One bit a member, base64. */
    readonly reached: string;
    readonly reachTime: string;
  }): Promise<void>;
};

export function createAudienceReports(audiences: Client<typeof AudienceService>): AudienceReports {
  return {
    async unreachable(report) {
      await audiences.reportUnreachable(report);
    },
    async reach({ reached, reachTime, ...report }) {
      await audiences.recordReach({
        ...report,
        reached: Buffer.from(reached, 'base64'),
        reachTime: timestampFromDate(new Date(reachTime)),
      });
    },
  };
}
