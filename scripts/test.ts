import { parseArgs } from 'node:util';
import { CommandError } from './console/command-error.ts';
import { print } from './console/print.ts';
import { runMain } from './console/run-main.ts';
import { stopPlatform } from './supervisor/stop-platform.ts';
import { add, type Counts, runTests } from './testing/run-tests.ts';
import { everydaySuites, filesOf, type SuiteName, suiteNames, suites } from './testing/suites.ts';
import { startTestStack, testStack } from './testing/test-stack.ts';

const usage = `npm test [-- unit|integration|e2e|faults|matrix] [-- --keep] [part of a file's path …]
  --keep   leaves the stack running, for the next run to use`;

await runMain(
  async () => {
    const { chosen, named, keep } = parse();
    const stack = testStack();
    const interrupted = interruption();
    let counts: Counts = { passed: 0, failed: 0, skipped: 0 };
    let up = false;
    try {
      for (const name of chosen) {
        const files = filesOf(name, named);
        const { needs, ...options } = suites[name];
        if (files.length === 0 || interrupted.aborted) continue;
        // The most that any of the chosen ones needs, so that it is started once.
        if (needs !== 'nothing' && !up) {
          up = true;
          await startTestStack(
            stack,
            chosen.some((other) => suites[other].needs === 'platform') ? 'platform' : 'servers',
          );
        }
        print.progress(`» ${name}: ${files.length} files`);
        counts = add(counts, await runTests(files, { ...options, signal: interrupted }));
      }
    } finally {
      if (up && !keep) await stopPlatform(stack, print.progress);
    }
    print.result(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
    if (interrupted.aborted) return 130;
    return counts.failed === 0 && counts.passed > 0 ? 0 : 1;
  },
  { ownSignals: true },
);

function parse(): { chosen: readonly SuiteName[]; named: readonly string[]; keep: boolean } {
  const { values, positionals } = arguments_();
  const chosen = suiteNames.filter((name) => positionals.includes(name));
  const named = positionals.filter((argument) => !suiteNames.some((name) => name === argument));
  return { chosen: chosen.length > 0 ? chosen : everydaySuites, named, keep: values.keep };
}

function arguments_() {
  try {
    return parseArgs({ options: { keep: { type: 'boolean', default: false } }, allowPositionals: true });
  } catch (error) {
    throw new CommandError(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
  }
}

/** Ctrl-C ends the tests and still stops what was started for them. */
function interruption(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => controller.abort());
  return controller.signal;
}
