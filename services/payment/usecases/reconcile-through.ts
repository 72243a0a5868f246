type Result = { readonly check: string; readonly complete: boolean; readonly error?: string };
type Part = { readonly checks: readonly Result[] };

/**
 * Looks at the books in parts until every check has got through. They get through in different parts, and begin again
 * after that: one that has, or has failed, is left out of the parts that follow.
 */
export async function reconcileThrough(
  part: (skipped: readonly string[]) => Promise<Part>,
  mostParts: number,
): Promise<{ readonly isComplete: boolean; readonly failures: readonly string[] }> {
  const skipped: string[] = [];
  const failures: string[] = [];
  for (let n = 0; n < mostParts; n++) {
    const { checks } = await part(skipped);
    const failed = checks.filter(({ error = '' }) => error !== '');
    const done = [...checks.filter(({ complete }) => complete), ...failed];
    skipped.push(...done.map(({ check }) => check));
    failures.push(...failed.map(({ check, error }) => `${check} could not go on: ${error}`));
    if (done.length === checks.length) return { isComplete: failures.length === 0, failures };
  }
  return { isComplete: false, failures };
}

/** How a program ends that looked at the books: books that were looked at in part are not known to be right. */
export function exitCodeOf({ openBreaks, isComplete }: { openBreaks: number; isComplete: boolean }): 0 | 1 | 2 {
  if (openBreaks > 0) return 1;
  return isComplete ? 0 : 2;
}
