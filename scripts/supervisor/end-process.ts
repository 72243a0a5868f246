import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive, type ProcessIdentity } from './process-identity.ts';

const lookEveryMs = 25;
/** A killed process is gone at once unless the kernel is busy with it, for instance writing to a slow disk. */
const killWaitMs = 5_000;

/**
 * Ends a process: politely, then after `graceMs` with SIGKILL. It need not be a child, and its identity is looked at
 * before each signal, so that a recycled number is never hit. Answers whether it is gone.
 */
export async function endProcess(identity: ProcessIdentity, graceMs: number): Promise<boolean> {
  for (const [signal, waitMs] of [['SIGTERM', graceMs] as const, ['SIGKILL', killWaitMs] as const]) {
    if (!isAlive(identity)) return true;
    send(identity.pid, signal);
    for (const until = Date.now() + waitMs; Date.now() < until; await sleep(lookEveryMs)) {
      if (!isAlive(identity)) return true;
    }
  }
  return !isAlive(identity);
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    // Ended between the look and the signal.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
