import { type CommandResult, runCommand } from '../console/run-command.ts';
import { root } from '../stack/stack.ts';

/** What one check found. A skipped one says why, and counts as passed. */
export type Outcome =
  | { readonly verdict: 'passed' }
  | { readonly verdict: 'failed'; readonly output: string }
  | { readonly verdict: 'skipped'; readonly why: string };

export type Check = { readonly name: string; run(): Promise<Outcome> };

/** Only what hangs takes so long, also on a machine that is shared. */
const timeLimitMs = 600_000;

export const passed: Outcome = { verdict: 'passed' };
export const failed = (output: string): Outcome => ({ verdict: 'failed', output });
export const skipped = (why: string): Outcome => ({ verdict: 'skipped', why });

/** A check that is another program: it passes when the program says so within its time limit. */
export function command(name: string, program: string, ...args: readonly string[]): Check {
  return { name, run: async () => outcomeOf(await run(program, ...args)) };
}

export const run = (program: string, ...args: readonly string[]): Promise<CommandResult> =>
  runCommand(program, args, { cwd: root, timeoutMs: timeLimitMs });

export function outcomeOf({ code, output, timedOut }: CommandResult): Outcome {
  if (timedOut) return failed(`${output}\nnot done after ${timeLimitMs / 1_000} s`);
  return code === 0 ? passed : failed(output);
}
