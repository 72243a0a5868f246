import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { DomainError } from '@doffers/errors';
import { type AudienceService, Gate } from '@doffers/proto/user/v1/audience_service';
import type { Client } from '@doffers/rpc';
import type { Audience, Channel } from '../domain/campaign.ts';
import type { AudienceCounts } from '../domain/quote.ts';
import { channelMessages, channelOf } from '../handlers/channel-message.ts';

type Freeze = {
  readonly audienceId: string;
  readonly audience: Audience;
  readonly channels: readonly Channel[];
  readonly expiresAt: Date;
};

export type Audiences = {
  /**
   * Writes the members down and counts them; repeating it goes on where it stopped.
   * @throws DomainError `PINCODE_UNKNOWN` or `CITY_UNKNOWN`
   */
  freeze(asked: Freeze): Promise<AudienceCounts>;
};

/** Freezing takes as long as the caller of a quote waits. */
const patienceMs = 28_000;

export function createAudiences(audiences: Pick<Client<typeof AudienceService>, 'freezeAudience'>): Audiences {
  return {
    async freeze({ audienceId, audience, channels, expiresAt }) {
      const { pincodes, cities, ...limits } = audience;
      const request = {
        audienceId,
        segment: { ...limits, pincodes: [...pincodes], cities: [...cities] },
        channels: channels.map((channel) => channelMessages[channel]),
        expireTime: timestampFromDate(expiresAt),
      };
      const counts = await audiences.freezeAudience(request, { timeoutMs: patienceMs }).catch(aboutTheCampaign);
      return {
        customers: Number(counts.customers),
        sizes: Object.fromEntries(counts.channels.map(({ channel, size }) => [channelOf(channel), Number(size)])),
        exclusions: counts.exclusions.map(({ channel, reason, count }) => ({
          channel: channelOf(channel),
          reason: gateName(reason),
          count: Number(count),
        })),
      };
    },
  };
}

/** What `user` calls the segment is the audience to whoever wrote the campaign. */
function aboutTheCampaign(error: unknown): never {
  if (!(error instanceof DomainError)) throw error;
  const { code, reason, message } = error;
  const fields = error.fields.map((each) => ({ ...each, field: each.field.replace(/^segment\./, 'audience.') }));
  throw new DomainError(code, reason, message, { cause: error, fields, info: error.info });
}

function gateName(gate: Gate): string {
  return Object.entries(Gate).find(([, value]) => value === gate)?.[0] ?? `GATE_${gate}`;
}
