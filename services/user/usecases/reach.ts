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
  readonly customerId: string;
  readonly channel: Channel;
  /** The push token that failed, when one device is meant; empty otherwise. */
  readonly token: string;
  /** The provider's code. */
  readonly code: string;
  readonly optedOut: boolean;
};

const restDays = 30;
/** Meta's own limit on marketing to one person lasts a day; the number itself is good. */
const shortRestDays = 2;
const shortRestCodes = ['131049'];

/**
 * Notes that a contact point failed for good: a device is forgotten, a number rests. An opt-out told by the provider is
 * a decision of the customer and goes to the consent ledger. Idempotent.
 *
 * @throws DomainError `CHANNEL_ALWAYS_REACHED`
 */
export async function reportUnreachable(
  { customers, now }: Pick<AudienceDeps, 'customers' | 'now'>,
  { customerId, channel, token, code, optedOut }: UnreachableInput,
): Promise<void> {
  if (optedOut) {
    return customers.decide(customerId, [{ channel, granted: false, source: 'provider', notice: code, at: now() }]);
  }
  if (channel === 'in_app') {
    throw new DomainError('invalid_argument', 'CHANNEL_ALWAYS_REACHED', 'an inbox of our own cannot be unreachable');
  }
  if (channel === 'push' && token !== '') return customers.forgetDevice(customerId, token);
  const days = shortRestCodes.includes(code) ? shortRestDays : restDays;
  const until = istDay(new Date(now().getTime() + days * 24 * 3_600_000));
  return customers.markUnreachable(customerId, channel, until);
}
