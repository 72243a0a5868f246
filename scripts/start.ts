import { parseArgs } from 'node:util';
import { CommandError } from './console/command-error.ts';
import { print } from './console/print.ts';
import { runMain } from './console/run-main.ts';
import { platform } from './platform/platform.ts';
import { prepare } from './setup/prepare.ts';
import { stackFromEnvironment } from './stack/environment.ts';
import { openJournal } from './supervisor/journal.ts';
import { links } from './supervisor/links.ts';
import { select } from './supervisor/platform.ts';
import type { ProcessDefinition } from './supervisor/process-definition.ts';
import { runPlatform } from './supervisor/run-platform.ts';
import { startDetached } from './supervisor/start-detached.ts';

const usage = `npm start [-- --detach] [--only <names>] [--without <names>]
  --detach            return when the platform is up; it runs until npm stop
  --only a,b          these processes and what they need
  --without a,b       all but these, for instance to run one of them by hand`;

await runMain(
  async () => {
    const { values } = parse();
    const stack = stackFromEnvironment();
    const selection = { only: namesIn(values.only), without: namesIn(values.without) };
    const definitions = chosen(platform(stack, process.env), selection);
    await prepare(stack);
    if (values.detach) {
      await startDetached(
        stack,
        process.argv.slice(2).filter((arg) => arg !== '--detach'),
      );
      print.result(links(stack, definitions));
      return;
    }
    await runPlatform({
      stack,
      definitions,
      say: openJournal(stack, { quiet: values.background }),
      stop: stopSignal(),
      onRunning: () => print.result(`${links(stack, definitions)}\nCtrl-C or npm stop ends it`),
    });
  },
  { ownSignals: true },
);

function parse() {
  try {
    const [names, flag] = [{ type: 'string' }, { type: 'boolean', default: false }] as const;
    return parseArgs({ options: { detach: flag, background: flag, only: names, without: names } });
  } catch (error) {
    throw new CommandError(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
  }
}

function namesIn(list: string | undefined): string[] | undefined {
  return list?.split(',').filter(Boolean);
}

function chosen(
  all: readonly ProcessDefinition[],
  selection: { only?: string[] | undefined; without?: string[] | undefined },
) {
  try {
    const { only, without } = selection;
    return select(all, { ...(only && { only }), ...(without && { without }) });
  } catch (error) {
    if (error instanceof RangeError) throw new CommandError(error.message);
    throw error;
  }
}

/** The platform outlives the terminal it was started from; what stops it is Ctrl-C or a SIGTERM, as `npm stop` sends. */
function stopSignal(): AbortSignal {
  const stop = new AbortController();
  process.on('SIGHUP', () => undefined);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort());
  return stop.signal;
}
