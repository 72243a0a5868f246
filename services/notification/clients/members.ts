import type { AudienceService } from '@doffers/proto/user/v1/audience_service';
import type { Client } from '@doffers/rpc';
import { type Channel, channelCode } from '../domain/channel.ts';
import type { Range } from '../domain/grid.ts';

/** Members of a frozen audience as columns: one entry each in every column, from `from` on. */
export type MemberPage = {
  readonly from: number;
  readonly count: number;
  /** 32 hex digits each. */
  readonly customers: string;
  /** 0: the message may be sent. */
  readonly gates: Uint8Array;
  readonly phones: readonly string[];
  readonly devices: readonly (readonly string[])[];
};

export type ReadMembers = (
  audienceId: string,
  channel: Channel,
  range: Range,
  signal: AbortSignal,
) => Promise<MemberPage>;

/** Reads members from `user`, with the gates of this moment. */
export function createMemberClient(audiences: Client<typeof AudienceService>): ReadMembers {
  return async (audienceId, channel, { from, to }, signal) => {
    const request = { audienceId, channel: channelCode[channel], fromSeq: from, toSeq: to };
    const page = await audiences.readMembers(request, { signal });
    if (page.gates.length !== to - from || page.customerIds.length !== 16 * (to - from)) {
      throw new Error(`user answered ${page.gates.length} members where ${to - from} were asked for`);
    }
    const ids = Buffer.from(page.customerIds.buffer, page.customerIds.byteOffset, page.customerIds.byteLength);
    return {
      from,
      count: page.gates.length,
      customers: ids.toString('hex'),
      gates: page.gates,
      phones: page.phones,
      devices: page.devices.map(({ tokens }) => tokens),
    };
  };
}
