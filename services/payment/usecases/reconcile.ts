import type { Check, CheckResult, Finding, ReconciliationRun } from '../domain/reconciliation.ts';
import type { Books } from '../repositories/books.ts';
import { parkWallet } from './park-wallet.ts';

type ReconBooks = Pick<Books, 'reconciliation' | 'wallets' | 'walletStatus' | 'commands'>;

/** What the use cases of reconciliation need from outside. */
export type ReconcileDeps = {
  readonly books: ReconBooks;
  readonly inTransaction: <T>(work: (books: ReconBooks) => Promise<T>) => Promise<T>;
  readonly checks: readonly Check[];
  readonly newId: () => string;
  readonly now: () => Date;
  /** Milliseconds that never run backwards. */
  readonly elapsed: () => number;
};

/**
 * Runs the checks, all or without some, each for at most its share of `budgetMs`. A check that did not get through goes
 * on there the next time; one that fails says why, and the others run all the same. What does not agree becomes a break
 * and parks the wallet it is about; no money moves.
 */
export async function reconcile(
  deps: ReconcileDeps,
  { budgetMs, skipped = [] }: { readonly budgetMs: number; readonly skipped?: readonly string[] },
): Promise<ReconciliationRun> {
  const startedAt = deps.now();
  const checks: CheckResult[] = [];
  const begin = deps.elapsed();
  const wanted = deps.checks.filter(({ id }) => !skipped.includes(id));
  for (const [at, check] of wanted.entries()) {
    checks.push(await runCheck(deps, check, begin + (budgetMs * (at + 1)) / wanted.length));
  }
  const run = { id: deps.newId(), startedAt, endedAt: deps.now(), checks };
  await deps.books.reconciliation.saveRun(run);
  return run;
}

type Progress = { examined: number; breaks: number };

/** A service that does not answer, or a row that a check cannot read, must not hide what the other checks find. */
async function runCheck(deps: ReconcileDeps, check: Check, deadline: number): Promise<CheckResult> {
  const progress = { examined: 0, breaks: 0 };
  try {
    const complete = await goThrough(deps, check, deadline, progress);
    return { check: check.id, ...progress, complete };
  } catch (error) {
    return { check: check.id, ...progress, complete: false, error: String(error).slice(0, 300) };
  }
}

/** At least one page, so that even the slowest check gets through in the end. */
async function goThrough(deps: ReconcileDeps, check: Check, deadline: number, progress: Progress): Promise<boolean> {
  const { reconciliation } = deps.books;
  let position = await reconciliation.position(check.id);
  for (;;) {
    const page = await check.page(position);
    for (const finding of page.findings) await record(deps, finding);
    progress.examined += page.examined;
    progress.breaks += page.findings.length;
    position = page.last ?? position;
    if (page.isThrough || deps.elapsed() >= deadline) {
      await reconciliation.savePosition(check.id, page.isThrough && !check.isAppendOnly ? undefined : position);
      return page.isThrough;
    }
  }
}

/**
 * A wallet is locked before what is found of it is written, here and when a break is resolved: so it is never released by
 * one while the other finds more.
 */
function record({ inTransaction, newId, now }: ReconcileDeps, finding: Finding): Promise<void> {
  const { kind, reference, shopId } = finding;
  return inTransaction(async (books) => {
    if (shopId !== undefined) await books.wallets.lock(shopId);
    await books.reconciliation.open(finding, now());
    if (shopId === undefined) return;
    await parkWallet({ books, newId, now }, { shopId, reason: `${kind} ${reference}`.slice(0, 500) });
  });
}
