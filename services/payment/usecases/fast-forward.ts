import { earlier, msUntilDue, notInSandbox } from '../domain/fast-forward.ts';
import type { Subscription } from '../domain/subscription.ts';
import type { Books } from '../repositories/books.ts';
import type { SubscriptionDeps } from './subscription-deps.ts';

/**
 * Lets time pass for a subscription until something is due, so that developers and tests see in seconds what takes months.
 * No clock is changed: its own dates and those of its bills move back, and every rule applies as on that day. Within a
 * transaction that has locked it. Repeated, it finds something due and changes nothing.
 *
 * @throws DomainError `NOT_IN_SANDBOX`, `SUBSCRIPTION_STATE`
 */
export async function fastForward(
  { now, sandbox }: Pick<SubscriptionDeps, 'now' | 'sandbox'>,
  { subscriptions, bills }: Pick<Books, 'subscriptions' | 'bills'>,
  stored: Subscription,
): Promise<Subscription> {
  if (!sandbox) throw notInSandbox();
  const debt = await bills.findOpen(stored.id, stored.periodNo + 1);
  const ms = msUntilDue(stored, debt, now());
  if (ms === 0) return stored;
  const subscription = earlier(stored, ms);
  await subscriptions.save(subscription);
  await bills.moveBack(stored.id, ms);
  return subscription;
}
