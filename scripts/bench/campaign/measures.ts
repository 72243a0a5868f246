import { readFileSync } from 'node:fs';
import { type Connection, createConnection } from 'mysql2/promise';
import { walkOf } from '../../../services/notification/domain/grid.ts';
import { recordedMessages } from '../../audit/sent.ts';
import type { Stack } from '../../stack/stack.ts';
import { cpuMicros } from '../process-cpu.ts';

/** Processor seconds by process, so far. */
export function cpuSeconds(pids: Readonly<Record<string, number>>): Map<string, number> {
  return new Map(Object.entries(pids).map(([name, pid]) => [name, (cpuMicros(pid) ?? Number.NaN) / 1_000_000]));
}

/** Most memory that each process has ever had, in MiB. */
export function peakMiB(pids: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(pids).map(([name, pid]) => {
      const [, kib] = /^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
      return [name, Math.round(Number(kib) / 1_024)];
    }),
  );
}

/** When a campaign's messages were accepted by their provider, in ms since 1970, in order. */
export async function acceptanceTimes(stack: Stack, campaignId: string): Promise<number[]> {
  const times: number[] = [];
  const url = `http://127.0.0.1:${stack.ports.sandbox.http}`;
  for await (const { atMs } of recordedMessages(url, campaignId)) times.push(atMs);
  return times.toSorted((one, other) => one - other);
}

/** The largest number of times within any second, to the millisecond: what a provider's rate limit looks at. */
export function busiestSecond(sorted: readonly number[]): number {
  let [most, from] = [0, 0];
  sorted.forEach((at, index) => {
    while (at - (sorted[from] ?? at) >= 1_000) from += 1;
    most = Math.max(most, index - from + 1);
  });
  return most;
}

/**
 * Messages a second for as long as there was more to send than the lanes have in hand. Behind that a lane that has the last
 * members waits for nobody but itself, and what was refused for now takes its time: the sender is not the limit any more.
 */
export function meanWhileBacklogged(sorted: readonly number[], ratePerSecond: number): number {
  const { chunkSize, lanes } = walkOf('whatsapp', ratePerSecond);
  const backlogged = sorted.slice(0, Math.max(Math.ceil(sorted.length / 2), sorted.length - chunkSize * lanes));
  const [first = Number.NaN, last = Number.NaN] = [backlogged[0], backlogged.at(-1)];
  return (1_000 * (backlogged.length - 1)) / (last - first);
}

/** Events in the histories of a campaign's workflow, over all its runs. */
export async function historyEvents(stack: Stack, campaignId: string): Promise<number> {
  const query = encodeURIComponent(`WorkflowId = "campaign/${campaignId}"`);
  const url = `http://127.0.0.1:${stack.ports.temporal.ui}/api/v1/namespaces/doffers/workflows?query=${query}`;
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`Temporal answered ${answer.status}: ${await answer.text()}`);
  const { executions = [] } = (await answer.json()) as { executions?: { historyLength?: string }[] };
  return executions.reduce((all, { historyLength }) => all + Number(historyLength ?? 0), 0);
}

/** What MariaDB has written: table files, and the binary log. */
export type Written = { readonly tables: number; readonly binlog: number };

export async function written(stack: Stack): Promise<Written> {
  return withDatabase(stack, async (db) => {
    const [tables] = await db.query(
      "SELECT SUM(FILE_SIZE) AS bytes FROM information_schema.INNODB_SYS_TABLESPACES WHERE NAME LIKE '%\\_db/%'",
    );
    const [logs] = await db.query('SHOW BINARY LOGS');
    return {
      tables: Number((tables as { bytes: string }[])[0]?.bytes),
      binlog: (logs as { File_size: number }[]).reduce((all, { File_size: bytes }) => all + Number(bytes), 0),
    };
  });
}

/** When the first and the last inbox row of a campaign were committed, in ms since 1970. */
export async function inboxTimes(stack: Stack, campaignId: string): Promise<readonly [number, number]> {
  return withDatabase(stack, async (db) => {
    const [rows] = await db.query(
      'SELECT MIN(changed_at) AS first, MAX(changed_at) AS last FROM notification_db.delivery WHERE campaign_id = ?',
      [Buffer.from(campaignId.replaceAll('-', ''), 'hex')],
    );
    const { first, last } = (rows as { first: Date; last: Date }[])[0] ?? {};
    return [Number(first), Number(last)];
  });
}

/** As root, who sees what no service may: sizes of files and logs. */
async function withDatabase<T>(stack: Stack, work: (db: Connection) => Promise<T>): Promise<T> {
  const uri = `mysql://root@127.0.0.1:${stack.ports.mariadb.port}`;
  const db = await createConnection({ uri, timezone: 'Z' });
  try {
    return await work(db);
  } finally {
    await db.end();
  }
}
