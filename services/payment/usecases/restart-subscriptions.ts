import type { SubscriptionDeps } from './subscription-deps.ts';

/** Longer than a workflow takes to act on what is due, so that the net rarely meets one that lives. */
const overdueMs = 10 * 60_000;

type Deps = Pick<SubscriptionDeps, 'books' | 'workflows' | 'now'>;

/**
 * The safety net: starts the workflow of each subscription that should have been acted on and was not, a page at a time.
 * One that lives is not touched. Answers how many were looked after, and after which one the next page begins.
 *
 * @throws DomainError `WORKFLOWS_UNAVAILABLE`
 */
export async function restartSubscriptions(
  { books, workflows, now }: Deps,
  { limit, after }: { readonly limit: number; readonly after?: string },
): Promise<{ readonly restarted: number; readonly last: string | undefined }> {
  const before = new Date(now().getTime() - overdueMs);
  const overdue = await books.subscriptions.listOverdue({ before, limit, after });
  for (const { id: subscriptionId, shopId } of overdue) await workflows.ensure({ subscriptionId, shopId });
  return { restarted: overdue.length, last: overdue.length < limit ? undefined : overdue.at(-1)?.id };
}
