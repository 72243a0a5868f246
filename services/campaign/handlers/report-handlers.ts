import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { paise, toInt64 } from '@doffers/money';
import {
  type ChannelFunnelSchema,
  type ProgressSchema,
  RecipientState,
  type ReportExclusionSchema,
  type ReportSchema,
  type ReportService,
} from '@doffers/proto/campaign/v1/report_service';
import type { Handlers } from '@doffers/rpc';
import { explain, explainHoldUp } from '../domain/explanation.ts';
import type { Funnel } from '../domain/funnel.ts';
import type { Deps } from '../usecases/deps.ts';
import { getProgress, type Progress } from '../usecases/progress.ts';
import { getReport, listRecipients, type RecipientTrace, type Report } from '../usecases/report.ts';
import { type WatchDeps, watchCampaign } from '../usecases/watch-campaign.ts';
import { actorIn } from './actor.ts';
import { stateName } from './campaign-message.ts';
import { channelMessages, channelOf } from './channel-message.ts';

/** The names of the states are those of the delivery ledger. */
const recipientStates: Readonly<Partial<Record<RecipientState, string>>> = {
  [RecipientState.PENDING]: 'PENDING',
  [RecipientState.RETRY]: 'RETRY',
  [RecipientState.UNKNOWN]: 'UNKNOWN',
  [RecipientState.ACCEPTED]: 'ACCEPTED',
  [RecipientState.SENT]: 'SENT',
  [RecipientState.FAILED]: 'FAILED',
  [RecipientState.SUPPRESSED]: 'SUPPRESSED',
  [RecipientState.DELIVERED]: 'DELIVERED',
  [RecipientState.READ]: 'READ',
};

type Exclusion = RecipientTrace['exclusions'][number];

/** A page of recipients when no size is asked for: longer than of other lists, its rows are short. */
const defaultPageSize = 100;

/** Translates ReportService between protobuf and the use cases; holds no rule of its own. */
export function createReportHandlers(deps: Pick<Deps, 'pricing'> & WatchDeps): Handlers<typeof ReportService> {
  return {
    async getProgress({ campaignId }, context) {
      return progressMessage(await getProgress(deps, actorIn(context), campaignId));
    },
    async *watchCampaign({ campaignId }, context) {
      for await (const { done, progress } of watchCampaign(deps, actorIn(context), campaignId, context.signal)) {
        yield { event: { case: done ? 'done' : 'progress', value: progressMessage(progress) } };
      }
    },
    async listRecipients({ campaignId, channel, pageSize, pageToken, state: wanted }, context) {
      const state = recipientStates[wanted] ?? '';
      const page = { pageSize: pageSize || defaultPageSize, pageToken };
      const query = { campaignId, channel: channelOf(channel), state, ...page };
      const { recipients, nextPageToken, exclusions } = await listRecipients(deps, actorIn(context), query);
      return {
        exclusions: exclusions.map(exclusionMessage),
        recipients: recipients.map(({ changedAt, ...row }) => ({
          ...row,
          explanation: row.reason === '' ? '' : explain(row.reason),
          ...(changedAt && { changeTime: timestampFromDate(changedAt) }),
        })),
        nextPageToken,
      };
    },
    async getReport({ campaignId }, context) {
      return reportMessage(await getReport(deps, actorIn(context), campaignId));
    },
  };
}

function progressMessage(progress: Progress): MessageInitShape<typeof ProgressSchema> {
  const { campaignId, state, funnels, percent, sendAt } = progress;
  return {
    campaignId,
    state: stateName(state),
    channels: funnels.map(funnelMessage),
    percent,
    sendTime: timestampFromDate(sendAt),
  };
}

function funnelMessage(funnel: Funnel): MessageInitShape<typeof ChannelFunnelSchema> {
  return {
    channel: channelMessages[funnel.channel],
    size: BigInt(funnel.size),
    pending: BigInt(funnel.pending),
    accepted: BigInt(funnel.accepted),
    delivered: BigInt(funnel.delivered),
    read: BigInt(funnel.read),
    failed: BigInt(funnel.failed),
    suppressed: BigInt(funnel.suppressed),
    unknown: BigInt(funnel.unknown),
    billable: BigInt(funnel.billable),
    heldUpBy: funnel.heldUpBy,
    heldUpExplanation: funnel.heldUpBy === '' ? '' : explainHoldUp(funnel.heldUpBy),
    reasons: funnel.reasons.map(({ count, ...reason }) => ({ ...reason, count: BigInt(count) })),
  };
}

function exclusionMessage({ channel, reason, count }: Exclusion): MessageInitShape<typeof ReportExclusionSchema> {
  return { channel: channelMessages[channel], reason, count: BigInt(count) };
}

function reportMessage({ launch, quote, progress, invoice }: Report): MessageInitShape<typeof ReportSchema> {
  return {
    progress: progressMessage(progress),
    customers: BigInt(quote.customers),
    exclusions: quote.exclusions.map(exclusionMessage),
    heldPaise: toInt64(launch.held ?? paise(0)),
    capturedPaise: toInt64(launch.captured),
    releasedPaise: toInt64(launch.released),
    ...(invoice && {
      invoiceId: launch.invoiceId ?? '',
      invoiceNumber: invoice.number,
      invoiceTotalPaise: toInt64(invoice.total),
    }),
    ...(launch.finishedAt && { finishTime: timestampFromDate(launch.finishedAt) }),
  };
}
