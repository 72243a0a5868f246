import { istDay, istDayRange } from '@doffers/calendar';
import type { Actor } from '@doffers/ownership';
import type { CheckPage, Finding } from '../domain/reconciliation.ts';
import { compareSettlement, dayBehind, type SettlementLine, settledWithinDays } from '../domain/settlement.ts';
import type { Books } from '../repositories/books.ts';

export type ImportDeps = {
  readonly inTransaction: <T>(work: (books: Pick<Books, 'settlements' | 'reconciliation'>) => Promise<T>) => Promise<T>;
  readonly newId: () => string;
  readonly now: () => Date;
};

/** What came of comparing lines with the books. */
export type SettlementImport = {
  readonly lines: number;
  /** Lines that had not been seen before; 0 in a dry run. */
  readonly added: number;
  readonly findings: readonly Finding[];
};

/**
 * Compares lines of a settlement with the books, keeps them, and opens a break for what does not agree; a dry run only
 * compares. The same lines again change nothing, but who handed them in is written down each time.
 */
export async function importSettlement(
  { inTransaction, newId, now }: ImportDeps,
  actor: Pick<Actor, 'userId'>,
  { lines, dryRun }: { readonly lines: readonly SettlementLine[]; readonly dryRun: boolean },
): Promise<SettlementImport> {
  return inTransaction(async ({ settlements, reconciliation }) => {
    const findings = compareSettlement(lines, await settlements.booked(lines));
    if (dryRun) return { lines: lines.length, added: 0, findings };
    const added = await settlements.save(lines, now());
    for (const finding of findings) await reconciliation.open(finding, now());
    const result = { lines: lines.length, added, differences: findings.length };
    await settlements.recordImport({ id: newId(), by: actor.userId, at: now(), ...result });
    return { lines: lines.length, added, findings };
  });
}

export type SettlementCheckDeps = {
  readonly books: Pick<Books, 'settlements'>;
  /** What the gateway settled on a day in India. */
  readonly settlementOf: (day: string) => Promise<readonly SettlementLine[]>;
  readonly now: () => Date;
};

/**
 * R7: the next day behind `after` that is over. What was settled on it is compared and kept, and top-ups that should have
 * been settled by then are looked for.
 */
export async function settlementPage(
  { books: { settlements }, settlementOf, now }: SettlementCheckDeps,
  after: string | undefined,
): Promise<CheckPage> {
  const first = after === undefined ? await settlements.firstCredit() : undefined;
  const day = after === undefined ? first && istDay(first) : dayBehind(after, 1);
  const today = istDay(now());
  if (day === undefined || day >= today) return { examined: 0, findings: [], last: undefined, isThrough: true };
  const lines = await settlementOf(day);
  const findings = compareSettlement(lines, await settlements.booked(lines));
  await settlements.save(lines, now());
  const due = istDayRange(dayBehind(day, -settledWithinDays));
  return {
    examined: lines.length,
    findings: [...findings, ...(await settlements.unsettled(due))],
    last: day,
    isThrough: dayBehind(day, 1) >= today,
  };
}
