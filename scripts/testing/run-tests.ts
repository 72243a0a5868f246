import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { root } from '../stack/stack.ts';
import type { suites } from './suites.ts';

export type Counts = { readonly passed: number; readonly failed: number; readonly skipped: number };

type Options = Pick<(typeof suites)['unit'], 'filesAtOnce' | 'timeoutMs'> & { readonly signal: AbortSignal };

/** Runs test files, each in a process of its own, telling each test as it ends. */
export async function runTests(files: readonly string[], { filesAtOnce, timeoutMs, signal }: Options): Promise<Counts> {
  let counts: Counts = { passed: 0, failed: 0, skipped: 0 };
  const tests = run({
    files: files.map((file) => join(root, file)),
    cwd: root,
    concurrency: filesAtOnce,
    timeout: timeoutMs,
    execArgv: ['--import', `${import.meta.resolve('./file-limit.ts')}?ms=${2 * timeoutMs}`],
    signal,
  });
  tests.on('test:summary', ({ file, counts: found }) => {
    // The summary without a file is that of the whole run.
    if (file === undefined) counts = { ...found, failed: found.tests - found.passed - found.skipped - found.todo };
  });
  const report = tests.compose(new spec());
  report.pipe(process.stdout, { end: false });
  await finished(report, { writable: false });
  return counts;
}

export function add(a: Counts, b: Counts): Counts {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped };
}
