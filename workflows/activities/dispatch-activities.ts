import { timestampMs } from '@bufbuild/protobuf/wkt';
import type { CampaignStateService } from '@doffers/proto/campaign/v1/campaign_state_service';
import {
  type DispatchEvent,
  type DispatchProgress,
  type DispatchService,
  DispatchEvent_Halt as HaltCode,
  StopReason as StopCode,
} from '@doffers/proto/notification/v1/dispatch_service';
import type { Client } from '@doffers/rpc';
import { Context } from '@temporalio/activity';
import type { CampaignChannel, ChannelCounts, StopReason } from '../contracts/campaign.ts';
import { channelName, toChannel } from './channels.ts';

/** How one channel has to be walked: ranges and claims start at multiples of the group size. */
export type Grid = {
  readonly channel: CampaignChannel;
  readonly size: number;
  readonly groupSize: number;
  readonly chunkSize: number;
  readonly lanes: number;
};

export type ChunkInput = {
  readonly campaignId: string;
  readonly channel: CampaignChannel;
  readonly pass: number;
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
};

/** Why a chunk ended before its range. */
export type Halt = 'budget' | 'paused' | 'stopped' | 'window' | 'sender' | 'throttled' | 'template';

export type ChunkResult = {
  /** Everything below it is closed. */
  readonly next: number;
  readonly counts: ChannelCounts;
  readonly halt?: Halt;
  /** With `window` and `throttled`: when sending may go on. With `sender` and `template`: when to ask again. */
  readonly resumeAt?: number;
  /** With `sender`, `throttled` and `template`: what holds it up. */
  readonly code?: string;
};

export type Progress = {
  readonly allFinal: boolean;
  readonly channels: readonly {
    readonly channel: CampaignChannel;
    readonly billable: number;
    /** The next pass over refused messages, 0 when there is none. */
    readonly retryPass: number;
    readonly retryAt?: number;
  }[];
};

type CampaignRef = { readonly campaignId: string };

export type DispatchActivities = {
  /** Writes down how a launch is sent. The words go from service to service; a workflow never sees them. */
  prepareDispatch(input: { campaignId: string; launchNo: number }): Promise<readonly Grid[]>;
  /** Sends a range for some seconds. */
  dispatchChunk(input: ChunkInput): Promise<ChunkResult>;
  setDispatchState(input: CampaignRef & { paused: boolean }): Promise<{ openMessages: number }>;
  stopDispatch(input: CampaignRef & { reason: StopReason }): Promise<{ openMessages: number }>;
  readProgress(input: CampaignRef): Promise<Progress>;
  /** Closes the books: what becomes billable later is nobody's debt. */
  settleDispatch(input: CampaignRef): Promise<Progress>;
};

type Deps = {
  readonly campaigns: Pick<Client<typeof CampaignStateService>, 'getLaunchPlan'>;
  readonly dispatch: Pick<
    Client<typeof DispatchService>,
    'prepareDispatch' | 'dispatchChunk' | 'setDispatchState' | 'stopDispatch' | 'getDispatchProgress' | 'settleDispatch'
  >;
};

/** Also the fairness quantum: another shop's chunk waits no longer. */
const budgetMs = 5_000;
/**
 * A group may be open for longer than a heartbeat may be missing: a provider that hangs, a database that is away. While
 * the stream stands somebody works on it, and giving it to another call would make its members UNKNOWN for nothing.
 */
const beatEveryMs = 2_000;
const noCounts: ChannelCounts = { accepted: 0, failed: 0, suppressed: 0, unknown: 0, retry: 0 };
const halts: Readonly<Partial<Record<HaltCode, Halt>>> = {
  [HaltCode.BUDGET]: 'budget',
  [HaltCode.PAUSED]: 'paused',
  [HaltCode.STOPPED]: 'stopped',
  [HaltCode.WINDOW]: 'window',
  [HaltCode.SENDER]: 'sender',
  [HaltCode.THROTTLED]: 'throttled',
  [HaltCode.TEMPLATE]: 'template',
};

/** Activities that drive the delivery ledger. */
export function createDispatchActivities({ campaigns, dispatch }: Deps): DispatchActivities {
  return {
    async prepareDispatch({ campaignId, launchNo }) {
      const { shopId, audienceId, channels, ...plan } = await campaigns.getLaunchPlan({ campaignId, launchNo });
      const { title, body, link, whatsappTemplate, whatsappLanguage, whatsappVariables } = plan;
      const { grids } = await dispatch.prepareDispatch({
        campaignId,
        launchNo,
        shopId,
        audienceId,
        content: { title, body, link, whatsappTemplate, whatsappLanguage, whatsappVariables },
        channels: channels.map(({ channel, size, rateMicros }) => ({ channel, size, chargeMicros: rateMicros })),
      });
      return grids.map(({ channel, size, groupSize, chunkSize, lanes }) => ({
        channel: channelName(channel),
        size,
        groupSize,
        chunkSize,
        lanes,
      }));
    },
    async dispatchChunk({ campaignId, channel, pass, from, to }) {
      const context = Context.current();
      let result: ChunkResult = { next: from, counts: noCounts };
      const request = { campaignId, channel: toChannel(channel), pass, fromSeq: from, toSeq: to, budgetMs };
      const beating = setInterval(() => context.heartbeat(result.next), beatEveryMs);
      try {
        for await (const event of dispatch.dispatchChunk({ ...request, token: fencingToken(context) })) {
          result = after(result, event);
          context.heartbeat(result.next);
        }
      } finally {
        clearInterval(beating);
      }
      if (result.next < to && result.halt === undefined) throw new Error('the stream ended without saying why');
      return result;
    },
    async setDispatchState(input) {
      const { openMessages } = await dispatch.setDispatchState(input);
      return { openMessages: Number(openMessages) };
    },
    async stopDispatch({ campaignId, reason }) {
      const { openMessages } = await dispatch.stopDispatch({ campaignId, reason: StopCode[reason] });
      return { openMessages: Number(openMessages) };
    },
    async readProgress(input) {
      return toProgress(await dispatch.getDispatchProgress(input));
    },
    async settleDispatch(input) {
      return toProgress(await dispatch.settleDispatch(input));
    },
  };
}

/** Rises over attempts and over resets of the workflow, where attempts begin at 1 again. */
function fencingToken({ info: { currentAttemptScheduledTimestampMs, attempt } }: Context): bigint {
  return BigInt(currentAttemptScheduledTimestampMs) * 100n + BigInt(attempt);
}

function after({ next, counts }: ChunkResult, event: DispatchEvent): ChunkResult {
  const halt = halts[event.halt];
  return {
    next: Math.max(next, event.nextSeq),
    counts: {
      accepted: counts.accepted + event.accepted,
      failed: counts.failed + event.failed,
      suppressed: counts.suppressed + event.suppressed,
      unknown: counts.unknown + event.unknown,
      retry: counts.retry + event.retry,
    },
    ...(halt === undefined ? {} : { halt }),
    ...(event.code === '' ? {} : { code: event.code }),
    ...(event.resumeTime === undefined ? {} : { resumeAt: timestampMs(event.resumeTime) }),
  };
}

function toProgress({ allFinal, channels }: DispatchProgress): Progress {
  return {
    allFinal,
    channels: channels.map(({ channel, billable, retryPass, retryTime }) => ({
      channel: channelName(channel),
      billable: Number(billable),
      retryPass,
      ...(retryTime === undefined ? {} : { retryAt: timestampMs(retryTime) }),
    })),
  };
}
