/**
 * What the gateway costs: one public read as a bare function, over gRPC and over REST in several ways, against the
 * platform that is running. Needs `npm start` (or a stack at DOFFERS_PORT_OFFSET) in another terminal.
 *
 *   npm run bench -- rest [--pincode 560001 | --offer <id>] [--requests 5000] [--rounds 5] [--json <file>]
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { sandboxDefaults } from '@doffers/process';
import { closeChannels } from '@doffers/rpc';
import { CommandError } from '../console/command-error.ts';
import { table } from '../console/format.ts';
import { print } from '../console/print.ts';
import { runMain } from '../console/run-main.ts';
import { wholeNumber } from '../console/whole-number.ts';
import { stackFromEnvironment } from '../stack/environment.ts';
import { pidFile, type Stack } from '../stack/stack.ts';
import { readIdentityFile } from '../supervisor/identity-file.ts';
import { isAlive } from '../supervisor/process-identity.ts';
import { closedLoop, type Measured, percentile, type Send, steadyRate } from './load.ts';
import { loginForBench } from './login.ts';
import { cpuMicros } from './process-cpu.ts';
import { restOverHttp1, restOverHttp2 } from './rest-ways.ts';
import { readOffer, readPincode, type Subject } from './subjects.ts';

const warmUp = 500;
const inFlight = 32;

type Way = { readonly name: string; readonly send: Send; readonly runs: Run[] };
/** One stretch of measuring, with the processor time that each process spent on it. */
type Run = Measured & { readonly cpuMicros: Readonly<Record<string, number>> };

await runMain(async () => {
  const { values } = parseArgs({
    options: {
      pincode: { type: 'string', default: '560001' },
      offer: { type: 'string' },
      requests: { type: 'string', default: '5000' },
      rounds: { type: 'string', default: '5' },
      json: { type: 'string' },
    },
  });
  const stack = stackFromEnvironment();
  const subject = values.offer === undefined ? readPincode(values.pincode) : readOffer(values.offer);
  const pids = { ...processesOf(stack, ['gateway', subject.owner, 'mariadb']), 'this client': process.pid };
  const { ways, close } = await waysTo(stack, subject);
  try {
    const rounds = wholeNumber(values.rounds, '--rounds');
    const perRound = Math.ceil(wholeNumber(values.requests, '--requests') / rounds);
    for (const way of ways) await warm(way);
    for (let round = 1; round <= rounds; round++) {
      print.progress(`» round ${round} of ${rounds}`);
      for (const way of ways) way.runs.push(await watched(pids, () => closedLoop(way.send, perRound, inFlight)));
    }
    const full = ways.map((way) => summary(way.name, way.runs));
    const half = [];
    for (const way of ways.filter(({ name }) => name.startsWith('REST over HTTP/2'))) {
      const rate = (full.find(({ name }) => name === way.name)?.requestsPerSecond ?? 0) / 2;
      print.progress(`» ${way.name} at half load: ${Math.round(rate)} requests/s`);
      half.push(summary(way.name, [await watched(pids, () => steadyRate(way.send, perRound * 2, rate))]));
    }
    const report = { at: new Date().toISOString(), machine: machine(), read: subject.path, inFlight, full, half };
    const file = values.json ?? join(stack.runDir, 'bench/rest.json');
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, `${JSON.stringify(report, null, 2)}\n`);
    show(report, Object.keys(pids));
    print.result(`\nwritten to ${file}`);
  } finally {
    await close();
  }
});

/** Every way to ask for the subject, from the bare function to a login at the gateway. */
async function waysTo(stack: Stack, subject: Subject): Promise<{ ways: Way[]; close: () => Promise<void> }> {
  const { services, gateway } = stack.ports;
  const direct = `127.0.0.1:${services[subject.owner].grpcPort}`;
  const through = `127.0.0.1:${gateway.http}`;
  const baseUrl = `http://${through}`;
  const testOtps = process.env.AUTH_TEST_OTPS ?? sandboxDefaults(stack.offset)['AUTH_TEST_OTPS'] ?? '';
  const authorization = `Bearer ${await loginForBench(baseUrl, testOtps)}`;
  const http2 = await restOverHttp2(baseUrl, subject.path);
  const http2WithToken = await restOverHttp2(baseUrl, subject.path, { authorization });
  const http1 = restOverHttp1(baseUrl, subject.path, inFlight);
  const sends: Record<string, Send> = {
    'bare handler': await subject.bare(direct),
    'gRPC, direct': subject.grpcAt(direct),
    'gRPC, gateway': subject.grpcAt(through),
    'REST over HTTP/2': http2.send,
    'REST over HTTP/2, token': http2WithToken.send,
    'REST over HTTP/1.1': http1.send,
  };
  return {
    ways: Object.entries(sends).map(([name, send]) => ({ name, send, runs: [] })),
    async close() {
      await Promise.all([http2.close(), http2WithToken.close(), http1.close()]);
      closeChannels();
    },
  };
}

/** Just-in-time compilers, pools and key caches settle before anything counts; a way that fails shows itself here. */
async function warm({ name, send }: Way): Promise<void> {
  const { failures, failure } = await closedLoop(send, warmUp, inFlight);
  if (failures > 0) throw new CommandError(`${name}: ${failures} of ${warmUp} requests failed: ${String(failure)}`);
}

function processesOf(stack: Stack, names: readonly string[]): Record<string, number> {
  const found = names.map((name) => {
    const identity = readIdentityFile(pidFile(stack, name))?.identity;
    if (identity === undefined || !isAlive(identity)) {
      throw new CommandError(`${name} is not running: start the platform first (npm start)`);
    }
    return [name, identity.pid] as const;
  });
  return Object.fromEntries(found);
}

async function watched(pids: Readonly<Record<string, number>>, measure: () => Promise<Measured>): Promise<Run> {
  const times = () => Object.entries(pids).map(([name, pid]) => [name, cpuMicros(pid) ?? Number.NaN] as const);
  const before = new Map(times());
  const measured = await measure();
  const spent = times().map(([name, after]) => [name, after - (before.get(name) ?? Number.NaN)] as const);
  return { ...measured, cpuMicros: Object.fromEntries(spent) };
}

function summary(name: string, runs: readonly Run[]) {
  const sum = (of: (run: Run) => number) => runs.reduce((total, run) => total + of(run), 0);
  const requests = sum((run) => run.requests);
  const latencies = runs.flatMap(({ latenciesMs }) => latenciesMs);
  const processes = Object.keys(runs[0]?.cpuMicros ?? {});
  return {
    name,
    requests,
    failures: sum((run) => run.failures),
    requestsPerSecond: requests / sum((run) => run.seconds),
    p50Ms: percentile(latencies, 0.5),
    p99Ms: percentile(latencies, 0.99),
    cpuMicrosPerRequest: Object.fromEntries(
      processes.map((process) => [process, sum((run) => run.cpuMicros[process] ?? Number.NaN) / requests]),
    ),
    requestsPerSecondByRound: runs.map((run) => run.requests / run.seconds),
  };
}

type Report = {
  readonly read: string;
  readonly machine: ReturnType<typeof machine>;
  readonly full: readonly ReturnType<typeof summary>[];
  readonly half: readonly ReturnType<typeof summary>[];
};

function show({ read, machine, full, half }: Report, processes: readonly string[]): void {
  const figures = ['requests', 'failed', 'req/s', 'p50 ms', 'p99 ms', ...processes];
  const rows = (summaries: Report['full']) =>
    summaries.map((way) => [
      way.name,
      String(way.requests),
      String(way.failures),
      way.requestsPerSecond.toFixed(0),
      way.p50Ms.toFixed(2),
      way.p99Ms.toFixed(2),
      ...processes.map((process) => (way.cpuMicrosPerRequest[process] ?? Number.NaN).toFixed(0)),
    ]);
  print.result(`GET ${read} on ${machine.cpus} × ${machine.model}, Node ${machine.node}`);
  print.result(`as fast as it goes, ${inFlight} in flight; processor time in µs a request:\n`);
  print.result(table(['way', ...figures], rows(full), figures));
  print.result('\nat a steady half of that rate; a request counts from when it was due:\n');
  print.result(table(['way', ...figures], rows(half), figures));
}

function machine() {
  return { cpus: availableParallelism(), model: cpus()[0]?.model ?? 'unknown', node: process.version };
}
