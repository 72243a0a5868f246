import { istDay } from '@doffers/calendar';
import { DomainError } from '@doffers/errors';
import type { Channel } from '../domain/audience/channel.ts';
import type { Reach } from '../repositories/member-repository.ts';
import type { AudienceDeps } from './audience-deps.ts';

/** Counts promotional messages for the frequency cap, on the day in India on which they went out. Idempotent. */
export async function recordReach(
  { members }: Pick<AudienceDeps, 'members'>,
  reach: Omit<Reach, 'day'>,
): Promise<void> {
  await members.recordReach({ ...reach, day: istDay(reach.at) });
}

export type UnreachableInput = {
  readonly who: { readonly customerId: string } | { readonly audienceId: string; readonly seq: number };
  readonly channel: Channel;
  /** The push token that failed, when one device is meant; empty otherwise. */
  readonly token: string;
  /** The provider's code. */
  readonly code: string;
  readonly optedOut: boolean;
  readonly at: Date;
};

const restDays = 30;
/** Meta's own limit on marketing to one person lasts a day; the number itself is good. */
const shortRestDays = 2;
const shortRestCodes = ['131049'];

/**
 * Notes that a contact point failed for good: a device is forgotten, a number rests. An opt-out told by the provider is
 * a decision of the customer and goes to the consent ledger. Idempotent, and harmless when it comes late.
 *
 * @throws DomainError `CHANNEL_ALWAYS_REACHED`
 */
export async function reportUnreachable(
  { customers, members }: Pick<AudienceDeps, 'customers' | 'members'>,
  { who, channel, token, code, optedOut, at }: UnreachableInput,
): Promise<void> {
  if (channel === 'in_app') {
    throw new DomainError('invalid_argument', 'CHANNEL_ALWAYS_REACHED', 'an inbox of our own cannot be unreachable');
  }
  const customerId = 'customerId' in who ? who.customerId : await members.customerOf({ ...who, channel });
  if (customerId === undefined) return;
  if (optedOut) return customers.hear(customerId, { channel, granted: false, source: 'provider', notice: code, at });
  if (channel === 'push' && token !== '') return customers.forgetDevice(customerId, token, at);
  const days = shortRestCodes.includes(code) ? shortRestDays : restDays;
  const until = istDay(new Date(at.getTime() + days * 24 * 3_600_000));
  return customers.markUnreachable(customerId, channel, until);
}
