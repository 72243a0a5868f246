import { paise } from '@doffers/money';
import { type Hold, isPlaced } from '../domain/hold.ts';
import { holdDisagreements } from '../domain/hold-agreement.ts';
import { type CheckPage, type Finding, pageOf } from '../domain/reconciliation.ts';
import type { Books } from '../repositories/books.ts';

export type HoldCheckDeps = {
  readonly books: Pick<Books, 'holds' | 'closedHolds' | 'invoices' | 'monthlyHolds'>;
  /** Whether the workflow that uses the hold of this key has ended, or never was. */
  readonly isWorkflowClosed: (holdKey: string) => Promise<boolean>;
  /** Billable deliveries of a campaign by line; undefined when nothing of it was ever sent. */
  readonly billableOf: (campaignId: string) => Promise<ReadonlyMap<string, number> | undefined>;
  readonly now: () => Date;
  /** How many rows a page has: what one statement may take. */
  readonly pageSize: number;
};

/** A hold that waits for the invoice of its month has it soon after that month. */
const monthMs = 33 * 24 * 3_600_000;

/** Each hold asks another process: this many fit into the time that a caller waits. */
const holdsPerPage = 50;

/** R3: holds that are still open long after the clock should have closed them. */
export async function overdueHoldsPage(
  { books, isWorkflowClosed, pageSize }: HoldCheckDeps,
  { after, overdueAt: at }: { readonly after: string | undefined; readonly overdueAt: Date },
): Promise<CheckPage> {
  const limit = Math.min(pageSize, holdsPerPage);
  const keys = await books.holds.listOverdue({ at, limit, after });
  const findings: Finding[] = [];
  for (const reference of keys) {
    if (!(await isWorkflowClosed(reference))) continue;
    const hold = await books.holds.find(reference);
    if (hold === undefined || !isPlaced(hold) || hold.state !== 'open') continue;
    const { shopId, amount, captured } = hold;
    findings.push({ kind: 'hold_without_workflow', reference, shopId, details: { amount, captured } });
  }
  return pageOf(keys, limit, String, findings);
}

/** R3 and R4 of closed holds: each is compared until it agrees, once. */
export async function closedHoldsPage(
  deps: HoldCheckDeps,
  { after, dueAfterMs }: { readonly after: string | undefined; readonly dueAfterMs: number },
): Promise<CheckPage> {
  const { books, billableOf, now, pageSize } = deps;
  const limit = Math.min(pageSize, holdsPerPage);
  const holds = await books.closedHolds.list({ after, limit });
  const findings: Finding[] = [];
  for (const hold of holds) {
    const { campaignId, nextKey } = partsOf(hold.key);
    const movedAt = await books.closedHolds.lastMovedAt(hold.key);
    const { invoice, isMonthly } = await invoiceOf(deps, hold);
    const found = holdDisagreements(hold, {
      invoice,
      isDocumentDue: now().getTime() - (movedAt ?? hold.createdAt).getTime() > (isMonthly ? monthMs : dueAfterMs),
      billable: await billableOf(campaignId),
      isLast: (await books.holds.find(nextKey)) === undefined,
    });
    if (found?.length === 0) await books.closedHolds.markReconciled(hold.id);
    findings.push(...(found ?? []));
  }
  return pageOf(holds, limit, ({ id }) => id, findings);
}

/**
 * The invoice of a hold. Of the invoice of a month it is the part of this hold, and all by which that invoice differs
 * from the sum of its holds.
 */
async function invoiceOf({ books }: HoldCheckDeps, { id, key, captured }: Hold) {
  const own = await books.invoices.findBySource(key);
  const monthly = own === undefined ? await books.monthlyHolds.find(id) : undefined;
  const isMonthly = monthly !== undefined;
  const shared = monthly?.invoiceId === undefined ? undefined : await books.invoices.find(monthly.invoiceId);
  if (shared === undefined) return { invoice: own, isMonthly };
  const sum = await books.closedHolds.capturedOn(shared.id);
  const total = paise(captured.cash + shared.total - sum.cash);
  const discount = paise(captured.promo + shared.discount - sum.promo);
  return { invoice: { number: shared.number, total, discount }, isMonthly };
}

/** `campaign/{id}/hold/{n}` pays for the launch n of a campaign. */
function partsOf(key: string) {
  const [, campaignId = '', , launchNo] = key.split('/');
  return { campaignId, nextKey: `campaign/${campaignId}/hold/${Number(launchNo) + 1}` };
}
