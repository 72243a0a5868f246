import { globSync } from 'node:fs';
import { root } from '../stack/stack.ts';

export const suiteNames = ['unit', 'integration', 'e2e', 'faults', 'matrix'] as const;
export type SuiteName = (typeof suiteNames)[number];

type Suite = {
  readonly patterns: readonly string[];
  /** What must run: nothing, the native servers and the sandbox, or the whole platform. */
  readonly needs: 'nothing' | 'servers' | 'platform';
  readonly filesAtOnce: number;
  /** For one test. A file that takes twice as long hangs, and is ended. */
  readonly timeoutMs: number;
};

const minute = 60_000;

export const suites: Readonly<Record<SuiteName, Suite>> = {
  unit: {
    patterns: ['{packages,services,workflows,sandbox,gateway,scripts,test}/**/*.test.ts'],
    needs: 'nothing',
    filesAtOnce: 2,
    timeoutMs: 3 * minute,
  },
  integration: {
    patterns: ['{packages,services,workflows,sandbox,gateway,scripts}/**/*.itest.ts'],
    needs: 'servers',
    filesAtOnce: 2,
    timeoutMs: 5 * minute,
  },
  e2e: { patterns: ['test/e2e/**/*.itest.ts'], needs: 'platform', filesAtOnce: 1, timeoutMs: 5 * minute },
  faults: { patterns: ['test/faults/**/*.itest.ts'], needs: 'platform', filesAtOnce: 1, timeoutMs: 15 * minute },
  // Every process at every moment: what `faults` tries once.
  matrix: { patterns: ['test/matrix/**/*.itest.ts'], needs: 'platform', filesAtOnce: 1, timeoutMs: 60 * minute },
};

/** What `npm test` runs. */
export const everydaySuites: readonly SuiteName[] = suiteNames.filter((name) => name !== 'matrix');

/** The test files of a suite, in order; of those named only, when any are. */
export function filesOf(name: SuiteName, named: readonly string[] = []): string[] {
  const files = globSync([...suites[name].patterns], { cwd: root, exclude: ['**/node_modules/**'] }).toSorted();
  return named.length === 0 ? files : files.filter((file) => named.some((part) => file.includes(part)));
}
