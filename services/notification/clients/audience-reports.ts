import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import type { AudienceService } from '@doffers/proto/user/v1/audience_service';
import type { ContactService } from '@doffers/proto/user/v1/contact_service';
import type { Client } from '@doffers/rpc';
import { type ChannelCode, channelCode } from '../domain/channel.ts';

/** What `user` is told about its customers, as the outbox keeps it. */
export type UnreachableReport = {
  readonly who: { readonly customerId: string } | { readonly audienceId: string; readonly seq: number };
  readonly channel: ChannelCode;
  readonly token: string;
  readonly code: string;
  readonly optedOut: boolean;
  /** ISO 8601. */
  readonly at: string;
};

export type ReachReport = {
  readonly audienceId: string;
  readonly channel: ChannelCode;
  readonly firstSeq: number;
  /** One bit a member, base64. */
  readonly reached: string;
  readonly reachTime: string;
};

export type PreferenceReport = {
  /** E.164 without the plus. */
  readonly phone: string;
  readonly granted: boolean;
  readonly source: string;
  /** ISO 8601. */
  readonly at: string;
};

export type AudienceReports = {
  unreachable(report: UnreachableReport): Promise<void>;
  reach(report: ReachReport): Promise<void>;
  preference(report: PreferenceReport): Promise<void>;
};

export function createAudienceReports(
  audiences: Client<typeof AudienceService>,
  contacts: Client<typeof ContactService>,
): AudienceReports {
  return {
    async unreachable({ who, at, ...report }) {
      const named =
        'customerId' in who
          ? ({ case: 'customerId', value: who.customerId } as const)
          : ({ case: 'member', value: who } as const);
      await audiences.reportUnreachable({ ...report, who: named, occurTime: timestampFromDate(new Date(at)) });
    },
    async reach({ reached, reachTime, ...report }) {
      await audiences.recordReach({
        ...report,
        reached: Buffer.from(reached, 'base64'),
        reachTime: timestampFromDate(new Date(reachTime)),
      });
    },
    async preference({ at, ...report }) {
      const tellTime = timestampFromDate(new Date(at));
      await contacts.recordPreference({ ...report, channel: channelCode.whatsapp, tellTime });
    },
  };
}
