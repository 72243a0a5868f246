import { timestampMs } from '@bufbuild/protobuf/wkt';
import type { CampaignStateService } from '@doffers/proto/campaign/v1/campaign_state_service';
import { RecordPhaseRequest_Phase as Phase } from '@doffers/proto/campaign/v1/campaign_state_service';
import type { AudienceService } from '@doffers/proto/user/v1/audience_service';
import type { Client } from '@doffers/rpc';
import type { CampaignChannel, CampaignPhase } from '../contracts/campaign.ts';
import { channelName } from './channels.ts';

/** What a workflow has to know of a launch: numbers. What is said stays with the campaign service. */
export type LaunchPlan = {
  readonly audienceId: string;
  readonly channels: readonly PlannedChannel[];
  readonly quoteExpireAt: number;
  /** Nothing is sent from then on; absent for an offer without an end. */
  readonly offerEndAt?: number;
  /** What the shopkeeper was told that it costs at most. Workflows that were launched before it was told have none. */
  readonly quotedPaise?: number;
};

export type PlannedChannel = {
  readonly channel: CampaignChannel;
  readonly size: number;
  readonly rateMicros: number;
  readonly description: string;
};

export type PhaseReport = {
  readonly campaignId: string;
  readonly launchNo: number;
  readonly phase: Exclude<CampaignPhase, 'launching'>;
  readonly sequence: number;
  readonly reason?: string;
  readonly heldPaise: number;
  readonly capturedPaise: number;
  readonly releasedPaise: number;
  readonly invoiceId?: string;
};

export type CampaignActivities = {
  /** What was launched. Refused with CAMPAIGN_NOT_FOUND or QUOTE_STALE. */
  readLaunchPlan(input: { campaignId: string; launchNo: number }): Promise<LaunchPlan>;
  /** Notes a phase for people's lists. One that comes late changes nothing. */
  recordPhase(report: PhaseReport): Promise<void>;
  /** Keeps the audience of a launched campaign. */
  keepAudience(input: { audienceId: string }): Promise<void>;
};

type Deps = {
  readonly campaigns: Pick<Client<typeof CampaignStateService>, 'getLaunchPlan' | 'recordPhase'>;
  readonly audiences: Pick<Client<typeof AudienceService>, 'keepAudience'>;
};

const phases: Readonly<Record<PhaseReport['phase'], Phase>> = {
  scheduled: Phase.SCHEDULED,
  sending: Phase.SENDING,
  paused: Phase.PAUSED,
  settling: Phase.SETTLING,
  completed: Phase.COMPLETED,
  cancelled: Phase.CANCELLED,
  failed: Phase.FAILED,
};

/** Activities that read a launch and report how it goes. */
export function createCampaignActivities({ campaigns, audiences }: Deps): CampaignActivities {
  return {
    async readLaunchPlan(input) {
      const { audienceId, channels, quoteExpireTime, offerEndTime, quotedPaise } = await campaigns.getLaunchPlan(input);
      return {
        audienceId,
        channels: channels.map(({ channel, size, rateMicros, description }) => ({
          channel: channelName(channel),
          size,
          rateMicros,
          description,
        })),
        quoteExpireAt: quoteExpireTime === undefined ? 0 : timestampMs(quoteExpireTime),
        quotedPaise: Number(quotedPaise),
        ...(offerEndTime === undefined ? {} : { offerEndAt: timestampMs(offerEndTime) }),
      };
    },
    async recordPhase({ phase, sequence, heldPaise, capturedPaise, releasedPaise, ...report }) {
      await campaigns.recordPhase({
        ...report,
        phase: phases[phase],
        sequence: BigInt(sequence),
        heldPaise: BigInt(heldPaise),
        capturedPaise: BigInt(capturedPaise),
        releasedPaise: BigInt(releasedPaise),
      });
    },
    async keepAudience({ audienceId }) {
      await audiences.keepAudience({ audienceId });
    },
  };
}
