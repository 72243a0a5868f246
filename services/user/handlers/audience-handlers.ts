import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestampDate } from '@bufbuild/protobuf/wkt';
import { DomainError } from '@doffers/errors';
import type {
  AudienceCountsSchema,
  AudienceService,
  ReportUnreachableRequest,
  Segment as SegmentMessage,
} from '@doffers/proto/user/v1/audience_service';
import type { Handlers } from '@doffers/rpc';
import type { AudienceCounts } from '../domain/audience/counts.ts';
import type { Segment } from '../domain/audience/segment.ts';
import type { AudienceDeps } from '../usecases/audience-deps.ts';
import { estimateAudience } from '../usecases/estimate-audience.ts';
import { freezeAudience } from '../usecases/freeze-audience.ts';
import { keepAudience } from '../usecases/keep-audience.ts';
import { recordReach, reportUnreachable, type UnreachableInput } from '../usecases/reach.ts';
import { readMembers } from '../usecases/read-members.ts';
import { channelFromMessage, channelToMessage } from './channel-message.ts';

/** Translates AudienceService between protobuf and the use cases; holds no rule of its own. */
export function createAudienceHandlers(deps: AudienceDeps): Handlers<typeof AudienceService> {
  return {
    async estimateAudience({ segment, channels }) {
      const asked = { segment: segmentFrom(segment), channels: channels.map(channelFromMessage) };
      return toMessage(await estimateAudience(deps, asked));
    },
    async freezeAudience({ audienceId, segment, channels, expireTime }, { signal }) {
      const asked = { segment: segmentFrom(segment), channels: channels.map(channelFromMessage) };
      const expiresAt = expireTime ? timestampDate(expireTime) : deps.now();
      return toMessage(await freezeAudience(deps, { audienceId, ...asked, expiresAt }, signal));
    },
    async keepAudience({ audienceId }) {
      await keepAudience(deps, audienceId);
      return {};
    },
    async readMembers({ audienceId, channel, fromSeq: from, toSeq: to }) {
      const page = await readMembers(deps, { audienceId, channel: channelFromMessage(channel), from, to });
      const { ids: customerIds, gates, phones, tokens } = page;
      const devices = tokens.map((own) => ({ tokens: [...own] }));
      return { fromSeq: from, customerIds, gates, phones: [...phones], devices };
    },
    async recordReach({ audienceId, channel, firstSeq, reached, reachTime }) {
      const at = reachTime ? timestampDate(reachTime) : deps.now();
      await recordReach(deps, { audienceId, channel: channelFromMessage(channel), firstSeq, reached, at });
      return {};
    },
    async reportUnreachable({ channel, who, token, code, optedOut, occurTime }) {
      const at = occurTime ? timestampDate(occurTime) : deps.now();
      await reportUnreachable(deps, {
        who: whoFrom(who),
        channel: channelFromMessage(channel),
        token,
        code,
        optedOut,
        at,
      });
      return {};
    },
  };
}

function whoFrom(who: ReportUnreachableRequest['who']): UnreachableInput['who'] {
  switch (who.case) {
    case 'customerId':
      return { customerId: who.value };
    case 'member':
      return { audienceId: who.value.audienceId, seq: who.value.seq };
    case undefined:
      throw new DomainError('invalid_argument', 'VALIDATION', 'say whose contact point failed');
  }
}

function segmentFrom(message: SegmentMessage | undefined): Segment {
  const { pincodes = [], radiusKm = 0, cities = [], activeWithinDays = 0 } = message ?? {};
  return { pincodes, radiusKm, cities, activeWithinDays };
}

function toMessage({ customers, channels }: AudienceCounts): MessageInitShape<typeof AudienceCountsSchema> {
  return {
    customers: BigInt(customers),
    channels: channels.map(({ channel, size }) => ({ channel: channelToMessage(channel), size: BigInt(size) })),
    exclusions: channels.flatMap(({ channel, exclusions }) =>
      exclusions.map(({ reason, count }) => ({ channel: channelToMessage(channel), reason, count: BigInt(count) })),
    ),
  };
}
