import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { type Paise, paiseFromInt64, toInt64 } from '@doffers/money';
import {
  type CampaignStateService,
  type RecordPhaseRequest,
  RecordPhaseRequest_Phase,
} from '@doffers/proto/campaign/v1/campaign_state_service';
import type { Handlers } from '@doffers/rpc';
import type { LaunchPhase } from '../domain/campaign.ts';
import type { PhaseReport } from '../domain/launch.ts';
import { lineDescriptions } from '../domain/quote.ts';
import type { Deps } from '../usecases/deps.ts';
import { getLaunchPlan, recordPhase } from '../usecases/launch-plan.ts';
import { channelMessages } from './channel-message.ts';

/** Translates CampaignStateService, which the campaign workflow alone calls. */
export function createCampaignStateHandlers(deps: Deps): Handlers<typeof CampaignStateService> {
  return {
    async getLaunchPlan({ campaignId, launchNo }) {
      const { campaign, quote, message } = await getLaunchPlan(deps, { campaignId, launchNo });
      return {
        ...message,
        whatsappVariables: [...message.whatsappVariables],
        campaignId,
        shopId: campaign.shopId,
        offerId: campaign.offerId,
        audienceId: quote.audienceId,
        channels: quote.lines.map(({ channel, size, rate }) => ({
          channel: channelMessages[channel],
          size,
          rateMicros: rate,
          description: lineDescriptions[channel],
        })),
        quoteExpireTime: timestampFromDate(quote.expiresAt),
        offerEndTime: timestampFromDate(quote.offerEndAt),
        quotedPaise: toInt64(quote.price.total),
      };
    },
    async recordPhase(request) {
      await recordPhase(deps, toReport(request));
      return {};
    },
  };
}

const phases = new Map<RecordPhaseRequest['phase'], LaunchPhase>([
  [RecordPhaseRequest_Phase.SCHEDULED, 'scheduled'],
  [RecordPhaseRequest_Phase.SENDING, 'sending'],
  [RecordPhaseRequest_Phase.PAUSED, 'paused'],
  [RecordPhaseRequest_Phase.SETTLING, 'settling'],
  [RecordPhaseRequest_Phase.COMPLETED, 'completed'],
  [RecordPhaseRequest_Phase.CANCELLED, 'cancelled'],
  [RecordPhaseRequest_Phase.FAILED, 'failed'],
]);

function toReport(request: RecordPhaseRequest): PhaseReport {
  const phase = phases.get(request.phase);
  if (phase === undefined) throw new RangeError(`not a phase: ${request.phase}`); // field rules keep it out
  const { campaignId, launchNo, reason, invoiceId } = request;
  return {
    campaignId,
    launchNo,
    phase,
    reason,
    held: known(request.heldPaise),
    captured: known(request.capturedPaise),
    released: known(request.releasedPaise),
    invoiceId: invoiceId === '' ? undefined : invoiceId,
    sequence: Number(request.sequence),
  };
}

/** Zero is what an absent amount reads as, and what stands in the row from the start. */
function known(amount: bigint): Paise | undefined {
  return amount === 0n ? undefined : paiseFromInt64(amount);
}
