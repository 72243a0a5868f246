import type { UnreachableReport } from '../clients/audience-reports.ts';
import { channelCode } from '../domain/channel.ts';
import type { Outcome } from '../domain/delivery.ts';
import type { Dispatch } from '../domain/dispatch.ts';
import { idFromHex } from '../domain/hex.ts';
import type { GroupKey, Notice } from '../repositories/ledger-statements.ts';
import type { Unreachable } from './send-group.ts';
import type { Walk } from './walk.ts';

/** Contact points that failed, for `user` to forget. */
export function unreachableNotices({ channel }: Dispatch, unreachable: readonly Unreachable[], at: Date): Notice[] {
  return unreachable.map(({ customer, token, code, optedOut }) => {
    const customerId = idFromHex(customer);
    const payload: UnreachableReport = {
      who: { customerId },
      channel: channelCode[channel],
      token: token ?? '',
      code,
      optedOut: optedOut ?? false,
      at: at.toISOString(),
    };
    return { topic: 'user.unreachable', key: `customer/${customerId}`, payload };
  });
}

/** Which members of the group got a promotional message, one bit each: for the frequency cap. */
export function reachNotices(
  { deps, dispatch }: Walk,
  { members, pass }: GroupKey,
  outcomes: readonly Outcome[],
): Notice[] {
  const reached = outcomes.filter(({ state }) => state === 'accepted' || state === 'unknown');
  if (!deps.recordReach || reached.length === 0) return [];
  const bits = new Uint8Array(Math.ceil((members.to - members.from) / 8));
  for (const { seq } of reached)
    bits[(seq - members.from) >> 3] = (bits[(seq - members.from) >> 3] ?? 0) | (1 << ((seq - members.from) & 7));
  const payload = {
    audienceId: dispatch.audienceId,
    channel: channelCode[dispatch.channel],
    firstSeq: members.from,
    reached: Buffer.from(bits).toString('base64'),
    reachTime: deps.now().toISOString(),
    pass,
  };
  return [
    {
      topic: 'user.reach',
      key: `reach/${dispatch.campaignId}/${channelCode[dispatch.channel]}/${members.from}`,
      payload,
    },
  ];
}
