import { setTimeout as sleep } from 'node:timers/promises';
import { CommandError } from './console/command-error.ts';
import { print } from './console/print.ts';
import { runMain } from './console/run-main.ts';
import { stackFromEnvironment } from './stack/environment.ts';
import { type Stack } from './stack/stack.ts';
import { acquireLock, lockHolder } from './supervisor/lock.ts';
import { endOrphans, findOrphans } from './supervisor/orphans.ts';
import { lockFile } from './supervisor/run-platform.ts';
import { removeState } from './supervisor/state-file.ts';

/** Longer than the slowest process is given to finish its work. */
const stopWithinMs = 90_000;

await runMain(async () => {
  const stack = stackFromEnvironment();
  const supervisor = lockHolder(lockFile(stack));
  if (supervisor) await stopSupervisor(stack, supervisor.pid);
  else await stopOrphans(stack);
});

async function stopSupervisor(stack: Stack, pid: number): Promise<void> {
  process.kill(pid, 'SIGTERM');
  print.progress('stopping the platform');
  const until = Date.now() + stopWithinMs;
  while (lockHolder(lockFile(stack))) {
    if (Date.now() > until) throw new CommandError(`the supervisor (pid ${pid}) has not stopped within 90 s`);
    await sleep(50);
  }
  print.progress('✓ stopped');
}

/** A supervisor that was killed cannot stop what it had started. */
async function stopOrphans(stack: Stack): Promise<void> {
  if (findOrphans(stack).length === 0) return print.progress('nothing is running');
  const release = acquireLock(lockFile(stack));
  try {
    await endOrphans(stack, (name, text) => print.progress(`${name}: ${text}`));
  } finally {
    removeState(stack);
    release();
  }
  print.progress('✓ stopped');
}
