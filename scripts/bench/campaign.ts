/**
 * What a campaign costs through the whole platform, in a stack of its own at port offset 4000
 * (`DOFFERS_BENCH_PORT_OFFSET`) that is removed at the end; whatever else runs on the machine is measured along.
 * Everything goes through REST, from the top-up to the launch.
 *
 *   npm run bench -- campaign [--recipients 100000] [--only in-app,push,…] [--rounds 1] [--json <file>]
 */
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { CommandError } from '../console/command-error.ts';
import { duration } from '../console/format.ts';
import { print } from '../console/print.ts';
import { runMain } from '../console/run-main.ts';
import { wholeNumber } from '../console/whole-number.ts';
import { openShop, shopFront } from '../demo/shop.ts';
import { seedCustomers } from '../platform/seed-customers.ts';
import { arrange, type Controlled, type Measured, measure, measureControl, type World } from './campaign/measure.ts';
import { peakMiB } from './campaign/measures.ts';
import { machine, type Report, reportText } from './campaign/report.ts';
import { customersFor, type Scenario, scenarios, warmUps } from './campaign/scenarios.ts';
import { startBenchStack } from './campaign/stack.ts';
import { stopOnSignal } from './own-stack.ts';

const usage = `npm run bench -- campaign [--recipients <number>] [--only <names>] [--rounds <number>] [--json <file>]
  --recipients n  of each campaign, about; 100000 when not given. Paced senders get 30 seconds' worth
  --only a,b      of ${scenarios.map(({ name }) => name).join(', ')}
  --rounds n      how often everything is measured, one after the other; 1 when not given
  --json file     also writes everything there; the last line is the same as one JSON object`;

await runMain(
  async () => {
    const { recipients, rounds, chosen, file } = parse();
    const began = performance.now();
    const bench = await startBenchStack();
    const ending = stopOnSignal(() => bench.stop());
    try {
      const { stack } = bench;
      const addresses = {
        gatewayUrl: `http://127.0.0.1:${stack.ports.gateway.http}`,
        sandboxUrl: `http://127.0.0.1:${stack.ports.sandbox.http}`,
      };
      const customers = customersFor(recipients, [...chosen, ...warmUps]);
      print.progress(`» ${customers} synthetic customers`);
      await seedCustomers(stack, { customers, pincode: shopFront.pincode });
      const shop = await openShop({ addresses, stack, step: (_, act) => act() });
      const report = await measureAll({ bench, addresses, shop, recipients }, { customers, chosen, rounds });
      print.result(reportText(report));
      print.result(`\n${duration(performance.now() - began)} in all`);
      if (file !== undefined) await writeFile(file, `${JSON.stringify(report, undefined, 2)}\n`);
      print.result(JSON.stringify(report));
      return [...report.runs, ...report.control].every(({ problems }) => problems.length === 0) ? 0 : 1;
    } finally {
      ending.done();
      await bench.stop();
    }
  },
  { ownSignals: true },
);

type Plan = { readonly customers: number; readonly chosen: readonly Scenario[]; readonly rounds: number };

async function measureAll(world: World, { customers, chosen, rounds }: Plan): Promise<Report> {
  const [runs, control]: [Measured[], Controlled[]] = [[], []];
  for (const channel of warmUps.filter(({ channel }) => chosen.some((scenario) => scenario.channel === channel))) {
    print.progress(`» ${channel.name}`);
    await arrange(world, channel);
    await measure(world, channel);
  }
  for (let round = 1; round <= rounds; round += 1) {
    for (const scenario of chosen) {
      const name = rounds === 1 ? scenario.name : `${scenario.name} ${round}`;
      print.progress(`» ${name}`);
      await arrange(world, scenario);
      if (scenario.control) control.push(await measureControl(world, { ...scenario, name }));
      else runs.push(await measure(world, scenario, name));
    }
  }
  const at = new Date().toISOString();
  return { at, machine: machine(), customers, runs, control, peakMiB: peakMiB(world.bench.pids()) };
}

function parse(): { recipients: number; rounds: number; chosen: readonly Scenario[]; file: string | undefined } {
  try {
    const text = { type: 'string' } as const;
    const { values } = parseArgs({ options: { recipients: text, rounds: text, only: text, json: text } });
    const names = values.only?.split(',');
    const unknown = names?.find((name) => !scenarios.some((scenario) => scenario.name === name));
    if (unknown !== undefined) throw new Error(`there is no scenario ${unknown}`);
    return {
      recipients: wholeNumber(values.recipients ?? '100000', '--recipients', 1_000),
      rounds: wholeNumber(values.rounds ?? '1', '--rounds', 1),
      chosen: scenarios.filter(({ name }) => names === undefined || names.includes(name)),
      file: values.json,
    };
  } catch (error) {
    throw new CommandError(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
  }
}
