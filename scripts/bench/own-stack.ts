import { rm } from 'node:fs/promises';
import { portOffset } from '@doffers/topology';
import { print } from '../console/print.ts';
import { endRunningCommands } from '../console/run-command.ts';
import { prepare } from '../setup/prepare.ts';
import { type Stack, stackAt } from '../stack/stack.ts';
import { startDetached } from '../supervisor/start-detached.ts';
import { stopPlatform } from '../supervisor/stop-platform.ts';

/** Beside a person's own stack at 0 and the one of tests at 2000. */
const offset = portOffset(process.env.DOFFERS_BENCH_PORT_OFFSET || '4000');

/**
 * Starts a stack for a bench alone, with empty databases; what an earlier bench left is removed.
 *
 * @param parts which processes, as `npm start` takes them
 * @param settings what is other than a sandbox has it; also for this process
 */
export async function startOwnStack(
  parts: readonly string[],
  settings: Readonly<Record<string, string>> = {},
): Promise<Stack> {
  const stack = stackAt(offset);
  const own = { DOFFERS_ENV_FILE: '', DOFFERS_MODE: 'sandbox', DOFFERS_PORT_OFFSET: String(offset) };
  Object.assign(process.env, own, settings);
  await removeOwnStack(stack);
  await prepare(stack);
  print.progress(`» a stack of its own for the bench, at port offset ${offset}`);
  try {
    await startDetached(stack, [...parts]);
  } catch (error) {
    await removeOwnStack(stack);
    throw error;
  }
  return stack;
}

export async function removeOwnStack(stack: Stack): Promise<void> {
  await stopPlatform(stack, print.progress);
  await rm(stack.runDir, { recursive: true, force: true });
}

/** Ctrl-C leaves no stack behind. */
export function stopOnSignal(stop: () => Promise<void>): { done(): void } {
  const onSignal = () => {
    endRunningCommands();
    void stop().finally(() => process.exit(130));
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, onSignal);
  return {
    done() {
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.removeListener(signal, onSignal);
    },
  };
}
