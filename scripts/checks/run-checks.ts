import { duration } from '../console/format.ts';
import { print } from '../console/print.ts';
import type { Check, Outcome } from './step.ts';

const marks = { passed: '✓', failed: '✗', skipped: '–' } as const;

/** Runs checks side by side, `width` at once, and tells each result as it comes. Answers how many failed. */
export async function runChecks(checks: readonly Check[], width: number): Promise<number> {
  const waiting = [...checks];
  let failures = 0;
  const work = async (): Promise<void> => {
    for (let check = waiting.shift(); check; check = waiting.shift()) {
      const started = performance.now();
      const outcome = await outcomeOf(check);
      if (outcome.verdict === 'failed') failures += 1;
      print.result(describe(check.name, outcome, performance.now() - started));
    }
  };
  await Promise.all(Array.from({ length: width }, work));
  return failures;
}

async function outcomeOf(check: Check): Promise<Outcome> {
  try {
    return await check.run();
  } catch (error) {
    return { verdict: 'failed', output: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

function describe(name: string, outcome: Outcome, ms: number): string {
  const line = `${marks[outcome.verdict]} ${name.padEnd(34)} ${duration(ms)}`;
  if (outcome.verdict === 'skipped') return `${line}  skipped: ${outcome.why}`;
  return outcome.verdict === 'failed' ? `${line}\n${outcome.output.trimEnd()}\n` : line;
}
