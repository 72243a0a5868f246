import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { eventually } from '@doffers/testkit';
import { platform } from '../../scripts/platform/platform.ts';
import { logFile, type Stack } from '../../scripts/stack/stack.ts';
import type { ProcessDefinition } from '../../scripts/supervisor/process-definition.ts';
import { identityOf } from '../../scripts/supervisor/process-identity.ts';
import { reportStatus } from '../../scripts/supervisor/status-report.ts';
import { statusOf } from './supervisor-stack.ts';

const patience = { timeoutMs: 120_000 };

export type Understudy = {
  /** Resolves with the signal when it is killed or kills itself. */
  readonly ended: Promise<NodeJS.Signals | null>;
  kill(): Promise<void>;
};

/** Starts the process with some settings other than the supervisor's. */
type Start = (name: string, settings: Readonly<Record<string, string>>) => Promise<Understudy>;

/**
 * Puts processes of a test's own making in the place of the platform's while `work` runs: with other settings than the
 * supervisor gives them. The supervisor is held still meanwhile, so it looks after nothing; let go, it finds its own
 * processes dead and starts them again as they always were.
 */
export async function insteadOf(
  stack: Stack,
  names: readonly string[],
  work: (start: Start) => Promise<void>,
): Promise<void> {
  const definitions = platform(stack, process.env);
  const { supervisorPid } = reportStatus(stack);
  assert.ok(supervisorPid);
  const pids = new Map(names.map((name) => [name, pidOf(stack, name)]));
  const started: Understudy[] = [];
  process.kill(supervisorPid, 'SIGSTOP');
  try {
    for (const pid of pids.values()) {
      process.kill(pid, 'SIGKILL');
      await eventually(() => assert.equal(identityOf(pid), undefined), patience);
    }
    await work(async (name, settings) => {
      const definition = definitions.find((process) => process.name === name);
      assert.ok(definition && pids.has(name), `${name} is not out of its place`);
      const understudy = await start(stack, definition, settings);
      started.push(understudy);
      return understudy;
    });
  } finally {
    for (const understudy of started) await understudy.kill();
    process.kill(supervisorPid, 'SIGCONT');
    for (const [name, pid] of pids) {
      await eventually(() => {
        const now = statusOf(stack, name);
        assert.notEqual(now.pid, pid);
        assert.equal(now.state, 'ready');
      }, patience);
    }
  }
}

function pidOf(stack: Stack, name: string): number {
  const { pid } = statusOf(stack, name);
  assert.ok(pid, `${name} does not run`); // 0 would be everybody in our own group
  return pid;
}

async function start(
  stack: Stack,
  { name, command, args, env, cwd, ready }: ProcessDefinition,
  settings: Readonly<Record<string, string>>,
): Promise<Understudy> {
  const log = openSync(logFile(stack, name), 'a');
  const child = spawn(command, args, { cwd, env: { ...env, ...settings }, stdio: ['ignore', log, log] });
  closeSync(log);
  const ended = once(child, 'exit').then(([, signal]) => signal as NodeJS.Signals | null);
  await eventually(() => ready(AbortSignal.timeout(2_000)), patience);
  return {
    ended,
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
