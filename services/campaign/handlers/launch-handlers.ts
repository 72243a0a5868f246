import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestampDate, timestampFromDate } from '@bufbuild/protobuf/wkt';
import { toInt64 } from '@doffers/money';
import type {
  ControlCampaignRequest,
  ControlSchema,
  LaunchSchema,
  LaunchService,
  QuoteSchema,
} from '@doffers/proto/campaign/v1/launch_service';
import { etagOf } from '@doffers/resource';
import type { CallContext, Handlers } from '@doffers/rpc';
import type { Control } from '../domain/control.ts';
import { type Launch, sendTimeOf } from '../domain/launch.ts';
import { type Quote, type SendRates, sendingSeconds } from '../domain/quote.ts';
import { controlCampaign, rescheduleCampaign } from '../usecases/control-campaign.ts';
import type { Deps } from '../usecases/deps.ts';
import { launchCampaign } from '../usecases/launch-campaign.ts';
import { quoteCampaign } from '../usecases/quote-campaign.ts';
import { sendTestMessage } from '../usecases/send-test-message.ts';
import { actorIn } from './actor.ts';
import { stateName } from './campaign-message.ts';
import { channelMessages, channelOf } from './channel-message.ts';

/** Translates LaunchService between protobuf and the use cases; holds no rule of its own. */
export function createLaunchHandlers(deps: Deps): Handlers<typeof LaunchService> {
  const control =
    (action: 'pause' | 'resume' | 'cancel') =>
    async ({ campaignId, requestId }: ControlCampaignRequest, context: CallContext) =>
      controlMessage(await controlCampaign(deps, actorIn(context), { campaignId, requestId, action }));
  return {
    async quoteCampaign({ campaignId, requestId }, context) {
      const quote = await quoteCampaign(deps, actorIn(context), { campaignId, requestId });
      return quoteMessage(quote, deps.sendRates);
    },
    async launchCampaign({ campaignId, requestId, quoteId, sendTime }, context) {
      const sendAt = sendTime && timestampDate(sendTime);
      return launchMessage(await launchCampaign(deps, actorIn(context), { campaignId, requestId, quoteId, sendAt }));
    },
    pauseCampaign: control('pause'),
    resumeCampaign: control('resume'),
    cancelCampaign: control('cancel'),
    async rescheduleCampaign({ campaignId, requestId, sendTime }, context) {
      const sendAt = sendTime ? timestampDate(sendTime) : deps.now();
      return controlMessage(await rescheduleCampaign(deps, actorIn(context), { campaignId, requestId, sendAt }));
    },
    sendTestMessage({ campaignId, requestId, channel }, context) {
      return sendTestMessage(deps, actorIn(context), { campaignId, requestId, channel: channelOf(channel) });
    },
  };
}

function quoteMessage(quote: Quote, sendRates: SendRates): MessageInitShape<typeof QuoteSchema> {
  const { id: quoteId, campaignId, version, customers, lines, exclusions, price, expiresAt } = quote;
  return {
    quoteId,
    campaignId,
    etag: etagOf(version),
    customers: BigInt(customers),
    lines: lines.map(({ channel, size, rate, included = 0, taxable }) => ({
      channel: channelMessages[channel],
      recipients: BigInt(size),
      rateMicros: BigInt(rate),
      included: BigInt(included),
      taxablePaise: toInt64(taxable),
    })),
    exclusions: exclusions.map(({ channel, reason, count }) => ({
      channel: channelMessages[channel],
      reason,
      count: BigInt(count),
    })),
    taxablePaise: toInt64(price.taxable),
    taxPaise: toInt64(price.tax),
    totalPaise: toInt64(price.total),
    expireTime: timestampFromDate(expiresAt),
    durationSeconds: BigInt(sendingSeconds(lines, sendRates)),
  };
}

function launchMessage(launch: Launch): MessageInitShape<typeof LaunchSchema> {
  const { campaignId, quoteId, held } = launch;
  const heldPaise = held === undefined ? 0n : toInt64(held);
  return { campaignId, quoteId, heldPaise, sendTime: timestampFromDate(sendTimeOf(launch)) };
}

function controlMessage({ campaignId, state, openMessages, sendAt }: Control): MessageInitShape<typeof ControlSchema> {
  return {
    campaignId,
    state: stateName(state),
    openMessages: BigInt(openMessages),
    sendTime: timestampFromDate(sendAt),
  };
}
