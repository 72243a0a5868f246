import { parseArgs } from 'node:util';
import { CommandError } from './console/command-error.ts';
import { duration } from './console/format.ts';
import { print } from './console/print.ts';
import { runMain } from './console/run-main.ts';
import { type Story, tellStory } from './demo/story.ts';
import { platform } from './platform/platform.ts';
import { isProduction } from './platform/process-environment.ts';
import { prepare } from './setup/prepare.ts';
import { stackFromEnvironment } from './stack/environment.ts';
import type { Stack } from './stack/stack.ts';
import { links } from './supervisor/links.ts';
import { startDetached } from './supervisor/start-detached.ts';
import { readState } from './supervisor/state-file.ts';
import { reportStatus } from './supervisor/status-report.ts';
import { stopPlatform } from './supervisor/stop-platform.ts';

const usage = `npm run demo [-- --exit] [--json] [--customers <number>]
  --exit         stops the platform after the story
  --json         prints what happened as JSON
  --customers n  how many customers come to see the offer`;

await runMain(
  async () => {
    const { exit, json, customers } = parse();
    const began = performance.now();
    const stack = stackFromEnvironment();
    if (isProduction(process.env)) throw new CommandError('the demo plays in the sandbox; DOFFERS_MODE is production');
    const interrupted = interruption();
    const ours = readState(stack)?.phase !== 'running' || reportStatus(stack).platform !== 'running';
    try {
      if (ours) await start(stack);
      const story = await tellStory({ stack, customers, say: print.progress });
      const tookMs = Math.round(performance.now() - began);
      print.result(json ? JSON.stringify({ ...story, tookMs }, undefined, 2) : summary(stack, story, tookMs));
      if (ours && !exit) {
        if (!json) print.result('\nThe platform stays up until Ctrl-C, or npm stop from another terminal.');
        await interrupted;
      }
    } finally {
      if (ours && reportStatus(stack).platform !== 'stopped') await stopPlatform(stack, print.progress);
    }
  },
  { ownSignals: true },
);

async function start(stack: Stack): Promise<void> {
  await prepare(stack);
  print.progress('» starting the platform');
  await startDetached(stack, []);
}

function summary(stack: Stack, { shopId, offerId, walletPaise, customers }: Story, tookMs: number): string {
  const at = (path: string) => `http://127.0.0.1:${stack.ports.gateway.http}${path}`;
  const { processes } = reportStatus(stack);
  return [
    '',
    `${processes.length} processes, ${customers + 2} people, ₹${walletPaise / 100} in the wallet, ${duration(tookMs)} in all`,
    links(stack, platform(stack, process.env)),
    `The shop                ${at(`/v1/shops/${shopId}`)}`,
    `The offer               ${at(`/v1/offers/${offerId}`)}`,
    `Messages that went out  http://127.0.0.1:${stack.ports.sandbox.http}/recorder/messages`,
  ].join('\n');
}

function parse(): { exit: boolean; json: boolean; customers: number } {
  const flag = { type: 'boolean', default: false } as const;
  try {
    const { values } = parseArgs({
      options: { exit: flag, json: flag, customers: { type: 'string', default: '10' } },
    });
    const customers = Number(values.customers);
    if (!Number.isInteger(customers) || customers < 0) throw new Error('--customers takes a whole number');
    return { ...values, customers };
  } catch (error) {
    throw new CommandError(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
  }
}

/** Ctrl-C ends the demo and with it the platform, if the demo started it; closing the terminal leaves it running. */
function interruption(): Promise<void> {
  process.on('SIGHUP', () => process.exit(0));
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => resolve());
  });
}
