import { DomainError } from '@doffers/errors';

/** The checks, by the names under which docs/money.md explains them. */
export type CheckId = 'R1' | 'R2' | 'R3' | 'R4' | 'R5' | 'R6' | 'R7' | 'R8' | 'R9' | 'R10' | 'R11' | 'R12';

/** Something that does not agree, with both sides. */
export type Finding = {
  readonly kind: string;
  /** What it is about; one kind and reference is one break, however often it is seen. */
  readonly reference: string;
  /** Whose wallet is parked for it. */
  readonly shopId?: string;
  readonly details: Readonly<Record<string, unknown>>;
};

/** One page of a check. */
export type CheckPage = {
  readonly examined: number;
  readonly findings: readonly Finding[];
  /** What was examined last: the check goes on behind it. Undefined on an empty page, or when there are no pages. */
  readonly last: string | undefined;
  readonly isThrough: boolean;
};

/** A page of rows that were asked for by key, up to `limit`. */
export function pageOf<Row>(
  rows: readonly Row[],
  limit: number,
  position: (row: Row) => string,
  findings: readonly Finding[],
): CheckPage {
  const last = rows.at(-1);
  return {
    examined: rows.length,
    findings,
    last: last === undefined ? undefined : position(last),
    isThrough: rows.length < limit,
  };
}

export type Check = {
  readonly id: CheckId;
  /** Whether what was examined can never become wrong again: then the next run goes on where this one ended. */
  readonly isAppendOnly: boolean;
  page(after: string | undefined): Promise<CheckPage>;
};

export type CheckResult = {
  readonly check: CheckId;
  readonly examined: number;
  readonly breaks: number;
  readonly complete: boolean;
  /** Why it could not go on. */
  readonly error?: string;
};

export type ReconciliationRun = {
  readonly id: string;
  readonly startedAt: Date;
  readonly endedAt: Date;
  readonly checks: readonly CheckResult[];
};

/** A finding that waits for a person, or has been looked at. */
export type Break = {
  readonly id: string;
  readonly kind: string;
  readonly reference: string;
  readonly shopId: string | undefined;
  readonly details: string;
  readonly foundAt: Date;
  readonly resolution: { readonly at: Date; readonly actorId: string; readonly note: string } | undefined;
};

export function breakNotFound(): DomainError {
  return new DomainError('not_found', 'BREAK_NOT_FOUND', 'there is no such break');
}

export function breakResolved(): DomainError {
  return new DomainError('failed_precondition', 'BREAK_RESOLVED', 'this break is resolved already');
}
