import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { CommandError } from '../console/command-error.ts';
import { print } from '../console/print.ts';
import { logFile, root, type Stack } from '../stack/stack.ts';
import { lockHolder } from './lock.ts';
import { openLog } from './log-files.ts';
import { lockFile } from './run-platform.ts';
import { readState } from './state-file.ts';

const lookEveryMs = 100;

/**
 * Starts a supervisor that lives on without this terminal, and answers once the platform is up. What the supervisor
 * says meanwhile is shown.
 * @throws CommandError when the platform does not come up; nothing is left running then
 */
export async function startDetached(stack: Stack, args: readonly string[], env = process.env): Promise<void> {
  mkdirSync(stack.logsDir, { recursive: true, mode: 0o750 });
  const path = logFile(stack, 'supervisor');
  const seen = existsSync(path) ? statSync(path).size : 0;
  const log = openLog(path);
  const child = spawn(process.execPath, ['scripts/start.ts', '--background', ...args], {
    cwd: root,
    env: { ...env, DOFFERS_PORT_OFFSET: String(stack.offset) },
    detached: true,
    stdio: ['ignore', 'ignore', log.fd],
  });
  log.close();
  const show = showGrowth(path, seen);
  try {
    await waitUntilRunning(stack, child, show);
  } finally {
    show();
    child.unref();
  }
}

async function waitUntilRunning(stack: Stack, child: ChildProcess, show: () => void): Promise<void> {
  let ended = false;
  void once(child, 'exit').then(() => (ended = true));
  // A state that another supervisor left behind says nothing about this one.
  while (lockHolder(lockFile(stack))?.pid !== child.pid || readState(stack)?.phase !== 'running') {
    if (ended) throw new CommandError(`the platform did not start; ${logFile(stack, 'supervisor')} tells why`);
    await sleep(lookEveryMs);
    show();
  }
}

/** Prints what was added to a file since the last call. */
function showGrowth(path: string, from: number): () => void {
  let shown = from;
  return () => {
    const text = readFileSync(path).subarray(shown);
    shown += text.length;
    if (text.length > 0)
      print.progress(
        text
          .toString()
          .trimEnd()
          .replace(/^\S+Z /gm, ''),
      );
  };
}
