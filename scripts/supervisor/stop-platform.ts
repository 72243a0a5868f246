import { setTimeout as sleep } from 'node:timers/promises';
import { CommandError } from '../console/command-error.ts';
import type { Stack } from '../stack/stack.ts';
import { acquireLock, lockHolder } from './lock.ts';
import { endOrphans, findOrphans } from './orphans.ts';
import { lockFile } from './run-platform.ts';
import { removeState } from './state-file.ts';

/** Longer than the slowest chain of processes is given to finish its work. */
const stopWithinMs = 90_000;
const lookEveryMs = 50;

/**
 * Stops whatever runs in this stack: by its supervisor, or itself when that was killed. Answers whether there was
 * anything to stop.
 * @throws CommandError when it does not stop
 */
export async function stopPlatform(stack: Stack, say: (text: string) => void): Promise<boolean> {
  const supervisor = lockHolder(lockFile(stack));
  if (supervisor) {
    process.kill(supervisor.pid, 'SIGTERM');
    say('stopping the platform');
    for (const until = Date.now() + stopWithinMs; lockHolder(lockFile(stack)); await sleep(lookEveryMs)) {
      if (Date.now() > until) throw new CommandError(`the supervisor (pid ${supervisor.pid}) does not stop`);
    }
    return true;
  }
  if (findOrphans(stack).length === 0) return false;
  const release = acquireLock(lockFile(stack));
  try {
    await endOrphans(stack, (name, text) => say(`${name}: ${text}`));
    removeState(stack);
    return true;
  } finally {
    release();
  }
}
