import { parseArgs } from 'node:util';
import { CommandError } from './console/command-error.ts';
import { duration } from './console/format.ts';
import { print } from './console/print.ts';
import { runMain } from './console/run-main.ts';
import { type Story, tellStory } from './demo/story.ts';
import { account, relaxedSettings, summary } from './demo/summary.ts';
import { isProduction } from './platform/process-environment.ts';
import { prepare } from './setup/prepare.ts';
import { stackFromEnvironment } from './stack/environment.ts';
import type { Stack } from './stack/stack.ts';
import { startDetached } from './supervisor/start-detached.ts';
import { readState } from './supervisor/state-file.ts';
import { reportStatus } from './supervisor/status-report.ts';
import { stopPlatform } from './supervisor/stop-platform.ts';

const mostCustomers = 1_000_000;
const usage = `npm run demo [-- --exit] [--json] [--customers <number>]
  --exit         stops the platform after the campaign
  --json         the last line is what became of it, as one JSON object
  --customers n  how many synthetic customers there shall be, up to ${mostCustomers}; 5000 when not given`;

/** Standard error, where progress goes. */
const terminal = {
  isTerminal: process.stderr.isTTY,
  write: (text: string): void => void process.stderr.write(text),
};

await runMain(
  async () => {
    const { exit, json, customers } = parse();
    const began = performance.now();
    const stack = stackFromEnvironment();
    if (isProduction(process.env)) throw new CommandError('the demo plays in the sandbox; DOFFERS_MODE is production');
    const interrupted = interruption();
    const ours = readState(stack)?.phase !== 'running' || reportStatus(stack).platform !== 'running';
    const stop = async () => {
      if (ours && reportStatus(stack).platform !== 'stopped') await stopPlatform(stack, print.progress);
    };
    let story: Story | undefined;
    try {
      if (ours) await start(stack);
      print.progress(`» ${relaxedSettings(process.env, stack)}`);
      story = await Promise.race([
        tellStory({ stack, customers, say: print.progress, display: terminal }),
        interrupted,
      ]);
    } finally {
      if (exit || story === undefined) await stop();
    }
    // The story may still be going on, on a platform that is not there any more.
    if (story === undefined) return process.exit(130);
    const tookMs = Math.round(performance.now() - began);
    print.progress(`✓ done in ${duration(tookMs)}`);
    // Last of all, so that a program finds its line at the end.
    print.result(json ? JSON.stringify(account(story, tookMs)) : summary(stack, story));
    if (ours && !exit) {
      print.progress('\nThe platform stays up until Ctrl-C, or npm stop from another terminal.');
      // Listening for a signal does not keep a process alive.
      const alive = setInterval(() => undefined, 60_000);
      await interrupted;
      clearInterval(alive);
      await stop();
    }
    return story.audit.problems.length === 0 ? 0 : 1;
  },
  { ownSignals: true },
);

async function start(stack: Stack): Promise<void> {
  await prepare(stack);
  print.progress('» starting the platform');
  await startDetached(stack, []);
}

function parse(): { exit: boolean; json: boolean; customers: number } {
  const flag = { type: 'boolean', default: false } as const;
  try {
    const { values } = parseArgs({
      options: { exit: flag, json: flag, customers: { type: 'string', default: '5000' } },
    });
    const customers = Number(values.customers);
    if (!Number.isInteger(customers) || customers < 100 || customers > mostCustomers) {
      throw new Error(`--customers takes a whole number from 100 to ${mostCustomers}`);
    }
    return { ...values, customers };
  } catch (error) {
    throw new CommandError(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
  }
}

/** Ctrl-C ends the demo and with it the platform, if the demo started it; closing the terminal leaves it running. */
function interruption(): Promise<undefined> {
  process.on('SIGHUP', () => process.exit(0));
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => resolve(undefined));
  });
}
