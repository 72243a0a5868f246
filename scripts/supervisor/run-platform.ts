import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { duration } from '../console/format.ts';
import type { Stack } from '../stack/stack.ts';
import type { Journal } from './journal.ts';
import { acquireLock } from './lock.ts';
import { rotateLogs, tryTo } from './log-files.ts';
import { endOrphans } from './orphans.ts';
import { startInOrder, stopInOrder } from './platform.ts';
import { requireFreePorts } from './ports.ts';
import type { ProcessDefinition } from './process-definition.ts';
import { type PlatformState, removeState, writeState } from './state-file.ts';
import { superviseProcess } from './supervised-process.ts';

export const lockFile = (stack: Stack): string => join(stack.runDir, 'supervisor.lock');

const rotateEveryMs = 60_000;

type Options = {
  readonly stack: Stack;
  readonly definitions: readonly ProcessDefinition[];
  readonly say: Journal;
  /** Aborted when the platform shall stop. */
  readonly stop: AbortSignal;
  readonly onRunning: () => void;
};

/**
 * Runs the platform until it is told to stop, then stops it, so that no process, port or lock is left.
 * @throws CommandError when it runs already or a port is taken; Error of a process that does not start
 */
export async function runPlatform({ stack, definitions, say, stop, onRunning }: Options): Promise<void> {
  mkdirSync(stack.logsDir, { recursive: true, mode: 0o750 });
  const release = acquireLock(lockFile(stack));
  try {
    removeState(stack); // of a supervisor that was killed
    await endOrphans(stack, say);
    requireFreePorts(Object.assign({}, ...definitions.map(({ ports }) => ports)), stack.offset);
    await superviseAll({ stack, definitions, say, stop, onRunning });
  } finally {
    removeState(stack);
    release();
  }
}

async function superviseAll({ stack, definitions, say, stop, onRunning }: Options): Promise<void> {
  const startedAt = Date.now();
  let phase: PlatformState['phase'] = 'starting';
  const tell = () =>
    tryTo(() => writeState(stack, { phase, startedAt, processes: processes.map((process) => process.status()) }));
  const processes = definitions.map((definition) =>
    superviseProcess(definition, { stack, say, onChange: () => tell() }),
  );
  rotateLogs(stack.logsDir);
  const rotation = setInterval(() => rotateLogs(stack.logsDir), rotateEveryMs);
  const stopped = new Promise<void>((resolve) => {
    stop.addEventListener('abort', () => resolve(), { once: true });
    if (stop.aborted) resolve();
  });
  tell();
  try {
    const up = startInOrder(processes).then(() => 'up' as const);
    up.catch(() => undefined); // when it is told to stop while it starts
    if ((await Promise.race([up, stopped])) === 'up') {
      phase = 'running';
      tell();
      say('platform', `up in ${duration(Date.now() - startedAt)}`);
      onRunning();
      await stopped;
    }
  } finally {
    phase = 'stopping';
    tell();
    say('platform', 'stopping');
    clearInterval(rotation);
    await stopInOrder(processes);
    say('platform', 'stopped');
  }
}
