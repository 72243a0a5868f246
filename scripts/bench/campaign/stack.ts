import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { CommandError } from '../../console/command-error.ts';
import { platform } from '../../platform/platform.ts';
import { logFile, pidFile, type Stack } from '../../stack/stack.ts';
import { readIdentityFile } from '../../supervisor/identity-file.ts';
import { openLog } from '../../supervisor/log-files.ts';
import { removeOwnStack, startOwnStack } from '../own-stack.ts';

/** The platform that is measured; `notification` is this program's own child, since its sender's rate changes. */
export type BenchStack = {
  readonly stack: Stack;
  /** Restarts notification with this WhatsApp rate, unless it has it already. */
  senderRate(perSecond: number): Promise<void>;
  /** Process ids by name, of everything that runs. */
  pids(): Readonly<Record<string, number>>;
  stop(): Promise<void>;
};

/** Gates and caps work as in production, but no customer is ever at the cap: each message is read, judged and counted. */
const settings = {
  FREQUENCY_CAP: '99/7d',
  SEND_WINDOW: '00:00-24:00',
  SETTLE_WINDOW_SECONDS: '60',
  LOG_LEVEL: 'warn',
};

/** Starts a stack of its own with empty databases; what an earlier bench left is removed. */
export async function startBenchStack(): Promise<BenchStack> {
  const stack = await startOwnStack(['--without', 'notification'], settings);
  let notification: { readonly child: ChildProcess; readonly rate: number } | undefined;
  const end = async () => {
    if (notification === undefined) return;
    const { child } = notification;
    notification = undefined;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGTERM');
    await exited;
  };
  const senderRate = async (rate: number) => {
    if (notification?.rate === rate) return;
    await end();
    notification = { child: await startNotification(stack, rate), rate };
  };
  try {
    await senderRate(1_000);
  } catch (error) {
    await end();
    await removeOwnStack(stack);
    throw error;
  }
  return {
    stack,
    senderRate,
    pids: () => ({ ...supervisedPids(stack), notification: notification?.child.pid ?? 0 }),
    async stop() {
      await end();
      await removeOwnStack(stack);
    },
  };
}

async function startNotification(stack: Stack, ratePerSecond: number): Promise<ChildProcess> {
  const env = { ...process.env, WHATSAPP_RATE_PER_SECOND: String(ratePerSecond) };
  const definition = platform(stack, env).find(({ name }) => name === 'notification');
  if (definition === undefined) throw new Error('the platform has no notification service');
  const log = openLog(logFile(stack, 'notification'));
  const child = spawn(definition.command, definition.args, {
    cwd: definition.cwd,
    env: definition.env,
    stdio: ['ignore', log.fd, log.fd],
  });
  log.close();
  const until = Date.now() + 120_000;
  for (;;) {
    const ready = await definition.ready(AbortSignal.timeout(2_000)).then(
      () => true,
      () => false,
    );
    if (ready) return child;
    if (child.exitCode !== null || Date.now() > until) {
      child.kill('SIGKILL');
      throw new CommandError(`notification did not start; ${logFile(stack, 'notification')} tells why`);
    }
    await sleep(200);
  }
}

function supervisedPids(stack: Stack): Record<string, number> {
  const found = platform(stack, process.env).flatMap(({ name }) => {
    const pid = readIdentityFile(pidFile(stack, name))?.identity.pid;
    return pid === undefined ? [] : [[name, pid] as const];
  });
  return Object.fromEntries(found);
}
