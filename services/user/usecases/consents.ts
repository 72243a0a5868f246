import { istDay } from '@doffers/calendar';
import type { Channel } from '../domain/audience/channel.ts';
import type { Consent } from '../domain/audience/consent.ts';
import type { CustomerDeps } from './become-customer.ts';
import { becomeCustomer } from './become-customer.ts';

/** Reads the caller's consents. Asking makes nobody a customer. */
export async function getConsents(
  { customers, now }: Pick<CustomerDeps, 'customers' | 'now'>,
  userId: string,
): Promise<readonly Consent[]> {
  await customers.touch(userId, istDay(now()));
  return customers.consents(userId);
}

export type UpdateConsentsInput = {
  readonly requestId: string;
  readonly consents: readonly { readonly channel: Channel; readonly granted: boolean }[];
  readonly notice: string;
};

/**
 * Sets the named consents and keeps the others. What changes goes to the ledger, and counts from the next group of a
 * running campaign on.
 *
 * @throws DomainError `IDEMPOTENCY_KEY_REUSED`
 */
export async function updateConsents(
  deps: CustomerDeps,
  userId: string,
  { requestId, consents, notice }: UpdateConsentsInput,
): Promise<readonly Consent[]> {
  await becomeCustomer(deps, userId);
  const at = deps.now();
  // The last word on a channel counts, should one be named twice.
  const last = new Map(consents.map(({ channel, granted }) => [channel, granted]));
  const decisions = [...last].map(
    ([channel, granted]) => ({ channel, granted, source: 'customer', notice, at }) as const,
  );
  await deps.customers.decideOnce(userId, requestId, decisions);
  return deps.customers.consents(userId);
}
