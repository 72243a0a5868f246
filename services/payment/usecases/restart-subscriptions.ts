import type { SubscriptionDeps } from './subscription-deps.ts';

/** Longer than a workflow takes to act on what is due, so that the net rarely meets one that lives. */
const overdueMs = 10 * 60_000;
const atOnce = 200;

/**
 * The safety net: starts the workflow of each subscription that should have been acted on and was not. One that lives
 * is not touched. Answers how many were looked after.
 *
 * @throws DomainError `WORKFLOWS_UNAVAILABLE`
 */
export async function restartSubscriptions({
  books,
  workflows,
  now,
}: Pick<SubscriptionDeps, 'books' | 'workflows' | 'now'>): Promise<number> {
  const overdue = await books.subscriptions.listOverdue(new Date(now().getTime() - overdueMs), atOnce);
  for (const { id: subscriptionId, shopId } of overdue) await workflows.ensure({ subscriptionId, shopId });
  return overdue.length;
}
