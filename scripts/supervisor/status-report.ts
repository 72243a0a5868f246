import { duration, megabytes, table } from '../console/format.ts';
import type { Stack } from '../stack/stack.ts';
import { lockHolder } from './lock.ts';
import { findOrphans } from './orphans.ts';
import { residentBytes } from './process-identity.ts';
import { lockFile } from './run-platform.ts';
import { readState } from './state-file.ts';

export type ProcessReport = {
  readonly process: string;
  readonly state: string;
  readonly pid: number | null;
  readonly port: number | null;
  readonly restarts: number;
  readonly memoryBytes: number;
  readonly uptimeMs: number;
  /** Why it ended the last time; of a platform that runs well, nothing. */
  readonly lastEnd: string | null;
};

export type StatusReport = {
  /** `killed`: the supervisor is gone and what it started still runs. */
  readonly platform: 'running' | 'starting' | 'stopping' | 'stopped' | 'killed';
  readonly offset: number;
  readonly supervisorPid: number | null;
  readonly processes: readonly ProcessReport[];
};

/** What runs in a stack, from the supervisor's own word and the kernel's. */
export function reportStatus(stack: Stack): StatusReport {
  const supervisor = lockHolder(lockFile(stack));
  const state = readState(stack);
  if (!supervisor) return reportOrphans(stack);
  return {
    platform: state?.phase ?? 'starting',
    offset: stack.offset,
    supervisorPid: supervisor.pid,
    processes: (state?.processes ?? []).map(({ name, state: now, port, restarts, identity, startedAt, lastEnd }) => ({
      process: name,
      state: now,
      pid: identity?.pid ?? null,
      port: port ?? null,
      restarts,
      memoryBytes: identity ? residentBytes(identity.pid) : 0,
      uptimeMs: startedAt ? Date.now() - startedAt : 0,
      lastEnd: lastEnd ? `${lastEnd.why}, ${duration(Date.now() - lastEnd.at)} ago` : null,
    })),
  };
}

function reportOrphans(stack: Stack): StatusReport {
  const orphans = findOrphans(stack);
  return {
    platform: orphans.length === 0 ? 'stopped' : 'killed',
    offset: stack.offset,
    supervisorPid: null,
    processes: orphans.map(({ name, identity }) => ({
      process: name,
      state: 'unsupervised',
      pid: identity.pid,
      port: null,
      restarts: 0,
      memoryBytes: residentBytes(identity.pid),
      uptimeMs: 0,
      lastEnd: null,
    })),
  };
}

/** The report as people read it. */
export function renderStatus(report: StatusReport): string {
  const { platform, processes, supervisorPid } = report;
  if (platform === 'stopped') return 'the platform is not running here; start it with: npm start';
  const rows = processes.map((row) => [
    row.process,
    row.state,
    String(row.pid ?? '–'),
    String(row.port ?? '–'),
    String(row.restarts),
    row.memoryBytes > 0 ? megabytes(row.memoryBytes) : '–',
    row.uptimeMs > 0 ? duration(row.uptimeMs) : '–',
    row.lastEnd ?? '',
  ]);
  const header = ['process', 'state', 'pid', 'port', 'restarts', 'memory', 'uptime', 'last end'];
  const total = processes.reduce((sum, { memoryBytes }) => sum + memoryBytes, 0);
  const summary =
    platform === 'killed'
      ? 'the supervisor was killed and these still run; npm start begins anew, npm stop ends them'
      : `${platform}, ${megabytes(total)} in all, supervisor pid ${supervisorPid}`;
  return `${table(header, rows, ['pid', 'port', 'restarts', 'memory', 'uptime'])}\n${summary}`;
}
