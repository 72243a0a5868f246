import { availableParallelism, cpus, totalmem } from 'node:os';
import { megabytes, table } from '../../console/format.ts';
import type { Controlled, Measured } from './measure.ts';

export type Report = {
  readonly at: string;
  readonly machine: ReturnType<typeof machine>;
  readonly customers: number;
  readonly runs: readonly Measured[];
  readonly control: readonly Controlled[];
  readonly peakMiB: Readonly<Record<string, number>>;
};

export function machine() {
  return {
    cpus: availableParallelism(),
    model: cpus()[0]?.model ?? 'unknown',
    memory: megabytes(totalmem()),
    node: process.version,
  };
}

/** The tables that people read. */
export function reportText({ machine: on, customers, runs, control, peakMiB }: Report): string {
  const parts = [`${on.cpus} × ${on.model}, ${on.memory}, Node ${on.node}; ${customers} customers, gates and caps on`];
  if (runs.length > 0) parts.push(speeds(runs), paces(runs), costs(runs));
  if (control.length > 0) parts.push(stops(control));
  const memory = Object.entries(peakMiB).toSorted(([, one], [, other]) => other - one);
  parts.push(`peak memory in MiB: ${memory.map(([name, mib]) => `${name} ${mib}`).join(', ')}`);
  const problems = [...runs, ...control].flatMap(({ scenario, problems: found }) =>
    found.map((problem) => `${scenario}: ${problem}`),
  );
  parts.push(problems.length === 0 ? 'audit: nothing lost, nothing twice, books in balance' : problems.join('\n'));
  return parts.join('\n\n');
}

function speeds(runs: readonly Measured[]): string {
  const titles = [
    'scenario',
    'recipients',
    'per s',
    'freeze ms',
    'launch ms',
    'first ms',
    'events/1000',
    'lost',
    'twice',
  ];
  const rows = runs.map((run) => [
    run.scenario,
    whole(run.recipients),
    whole(run.recipientsPerSecond),
    whole(run.quoteMs),
    whole(run.launchMs),
    whole(run.firstMs),
    run.eventsPer1000.toFixed(2),
    whole(run.lost),
    whole(run.duplicates),
  ]);
  return `Speed: from the launch request to the last message\n${table(titles, rows, titles.slice(1))}`;
}

function paces(runs: readonly Measured[]): string {
  const titles = ['scenario', 'allowed/s', 'mean/s', '% of it', 'busiest second'];
  const rows = runs.flatMap(({ scenario, pace }) =>
    pace === undefined || !scenario.startsWith('whatsapp')
      ? []
      : [
          [
            scenario,
            whole(pace.allowed),
            pace.meanPerSecond.toFixed(1),
            ((100 * pace.meanPerSecond) / pace.allowed).toFixed(1),
            whole(pace.busiestSecond),
          ],
        ],
  );
  return rows.length === 0 ? '' : `Pace: messages that WhatsApp accepted\n${table(titles, rows, titles.slice(1))}`;
}

function costs(runs: readonly Measured[]): string {
  const names = [...new Set(runs.flatMap(({ cpu }) => Object.keys(cpu)))].filter((name) =>
    runs.some(({ cpu }) => (cpu[name] ?? 0) >= 0.1),
  );
  const titles = ['scenario', 'all', 'settled', ...names, 'table B', 'binlog B'];
  const rows = runs.map((run) => [
    run.scenario,
    run.cpuSent.toFixed(1),
    run.cpuSettled.toFixed(1),
    ...names.map((name) => (run.cpu[name] ?? 0).toFixed(1)),
    whole(run.tableBytesPer1000 / 1_000),
    whole(run.binlogBytesPer1000 / 1_000),
  ]);
  const title =
    'Cost: processor seconds for 100,000 recipients until all is sent (all: without the sandbox; settled: with\n' +
    'receipts and settlement), and bytes for one recipient';
  return `${title}\n${table(titles, rows, titles.slice(1))}`;
}

function stops(control: readonly Controlled[]): string {
  const titles = ['scenario', 'answer ms', 'last message ms', 'may still go', 'went after the answer'];
  const rows = control.flatMap(({ scenario, pause, cancel }) =>
    Object.entries({ pause, cancel }).map(([verb, stop]) => [
      `${scenario} ${verb}`,
      whole(stop.answerMs),
      whole(stop.lastMessageMs),
      whole(stop.openMessages),
      whole(stop.messagesAfterAnswer),
    ]),
  );
  return `Control: from the request\n${table(titles, rows, titles.slice(1))}`;
}

const whole = (value: number) => Math.round(value).toLocaleString('en-US');
