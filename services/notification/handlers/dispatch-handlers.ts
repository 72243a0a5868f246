import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { DomainError } from '@doffers/errors';
import {
  type DispatchContent,
  type DispatchEventSchema,
  type DispatchProgressSchema,
  type DispatchService,
  DispatchEvent_Halt as HaltCode,
} from '@doffers/proto/notification/v1/dispatch_service';
import { pageSizeOf } from '@doffers/resource';
import type { Handlers } from '@doffers/rpc';
import { channelCode, channelOf } from '../domain/channel.ts';
import type { Content } from '../domain/dispatch.ts';
import { setDispatchState, stopDispatch } from '../usecases/control-dispatch.ts';
import { dispatchChunk } from '../usecases/dispatch-chunk.ts';
import type { DispatchDeps } from '../usecases/dispatch-deps.ts';
import { listRecipients } from '../usecases/list-recipients.ts';
import { prepareDispatch } from '../usecases/prepare-dispatch.ts';
import { type Progress, readProgress, settleDispatch } from '../usecases/read-progress.ts';
import { sendTest } from '../usecases/send-test.ts';
import type { ChunkEvent, Halt } from '../usecases/walk.ts';

type Deps = DispatchDeps &
  Parameters<typeof prepareDispatch>[0] &
  Parameters<typeof setDispatchState>[0] &
  Parameters<typeof settleDispatch>[0] &
  Parameters<typeof listRecipients>[0] &
  Parameters<typeof sendTest>[0];

/** Translates DispatchService between protobuf and the use cases; holds no rule of its own. */
export function createDispatchHandlers(deps: Deps): Handlers<typeof DispatchService> {
  return {
    async prepareDispatch({ campaignId, launchNo, shopId, audienceId, content, channels }) {
      const grids = await prepareDispatch(deps, {
        campaignId,
        launchNo,
        shopId,
        audienceId,
        content: toContent(content),
        channels: channels.map(({ channel, size, chargeMicros }) => ({
          channel: channelOf(channel),
          size,
          chargeMicros,
        })),
      });
      return { grids: grids.map(({ channel, ...grid }) => ({ channel: channelCode[channel], ...grid })) };
    },
    async *dispatchChunk({ campaignId, channel, pass, fromSeq, toSeq, token, budgetMs }, { signal }) {
      const range = { from: fromSeq, to: toSeq };
      const input = { campaignId, channel: channelOf(channel), pass, range, token, budgetMs, signal };
      for await (const event of dispatchChunk(deps, input)) yield toEvent(event);
    },
    async setDispatchState({ campaignId, paused }) {
      return toControl(await setDispatchState(deps, campaignId, paused));
    },
    async stopDispatch({ campaignId, reason }) {
      return toControl(await stopDispatch(deps, campaignId, reason));
    },
    async getDispatchProgress({ campaignId }) {
      return toProgress(await readProgress(deps, campaignId));
    },
    async settleDispatch({ campaignId }) {
      return toProgress(await settleDispatch(deps, campaignId));
    },
    async listRecipients({ campaignId, channel, pageSize, pageToken, state }) {
      const query = {
        campaignId,
        channel: channelOf(channel),
        from: seqOf(pageToken),
        limit: pageSizeOf(pageSize),
        state,
      };
      const { recipients, nextSeq } = await listRecipients(deps, query);
      return {
        recipients: recipients.map(({ deliveryId, state, reason, changedAt, billed }) => ({
          deliveryId,
          state,
          reason,
          billed,
          ...(changedAt && { changeTime: timestampFromDate(changedAt) }),
        })),
        nextPageToken: nextSeq === undefined ? '' : String(nextSeq),
      };
    },
    async sendTest({ campaignId, userId, channel, content, number }) {
      return sendTest(deps, { campaignId, userId, channel: channelOf(channel), content: toContent(content), number });
    },
  };
}

function toContent(content: DispatchContent | undefined): Content {
  if (content === undefined) throw new DomainError('invalid_argument', 'VALIDATION', 'a campaign needs a text');
  const {
    title,
    body,
    link,
    whatsappTemplate: template,
    whatsappLanguage: language,
    whatsappVariables: variables,
  } = content;
  return { title, body, link, ...(template && { whatsapp: { template, language, variables } }) };
}

const halts: Readonly<Record<Halt, HaltCode>> = {
  budget: HaltCode.BUDGET,
  paused: HaltCode.PAUSED,
  stopped: HaltCode.STOPPED,
  window: HaltCode.WINDOW,
  sender: HaltCode.SENDER,
  throttled: HaltCode.THROTTLED,
  template: HaltCode.TEMPLATE,
};

function toEvent({ halt, resumeAt, code = '', ...counts }: ChunkEvent): MessageInitShape<typeof DispatchEventSchema> {
  return {
    ...counts,
    code,
    ...(halt && { halt: halts[halt] }),
    ...(resumeAt && { resumeTime: timestampFromDate(resumeAt) }),
  };
}

const toControl = ({ openMessages }: { readonly openMessages: number }) => ({ openMessages: BigInt(openMessages) });

function toProgress({ channels, allFinal }: Progress): MessageInitShape<typeof DispatchProgressSchema> {
  return {
    allFinal,
    channels: channels.map((one) => ({
      channel: channelCode[one.channel],
      size: BigInt(one.size),
      pending: BigInt(one.pending),
      retry: BigInt(one.retry),
      accepted: BigInt(one.accepted),
      delivered: BigInt(one.delivered),
      read: BigInt(one.seen),
      failed: BigInt(one.failed),
      suppressed: BigInt(one.suppressed),
      unknown: BigInt(one.unknown),
      billable: BigInt(one.billable),
      retryPass: one.retryPass,
      ...(one.retryAt && { retryTime: timestampFromDate(one.retryAt) }),
      reasons: one.reasons.map(({ count, ...reason }) => ({ ...reason, count: BigInt(count) })),
      heldUpBy: one.heldUpBy ?? '',
    })),
  };
}

/** @throws DomainError `PAGE_TOKEN_INVALID` */
function seqOf(pageToken: string): number {
  if (pageToken === '') return 0;
  if (/^\d{1,9}$/.test(pageToken)) return Number(pageToken);
  throw new DomainError('invalid_argument', 'PAGE_TOKEN_INVALID', 'this page cannot be found; start from the first');
}
