import { timestampFromDate } from '@bufbuild/protobuf/wkt';
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
   * @throws DomainError `PINCODE_UNKNOWN`
   */
  freeze(asked: Freeze): Promise<AudienceCounts>;
};

/** Freezing takes as long as the caller of a quote waits. */
const patienceMs = 28_000;

export function createAudiences(audiences: Pick<Client<typeof AudienceService>, 'freezeAudience'>): Audiences {
  return {
    async freeze({ audienceId, audience, channels, expiresAt }) {
      const { pincodes, radiusKm } = audience;
      const counts = await audiences.freezeAudience(
        {
          audienceId,
          segment: { pincodes: [...pincodes], radiusKm },
          channels: channels.map((channel) => channelMessages[channel]),
          expireTime: timestampFromDate(expiresAt),
        },
        { timeoutMs: patienceMs },
      );
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

function gateName(gate: Gate): string {
  return Object.entries(Gate).find(([, value]) => value === gate)?.[0] ?? `GATE_${gate}`;
}
