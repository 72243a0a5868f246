import { readFileSync } from 'node:fs';

/**
 * Which process a number meant when it was written down. The kernel uses numbers again, but never for two processes
 * that started in the same tick of the same boot.
 */
export type ProcessIdentity = { readonly pid: number; readonly startTicks: string; readonly bootId: string };

/** The process that has this number now; nothing when there is none, or when it is dead and only not yet buried. */
export function identityOf(pid: number): ProcessIdentity | undefined {
  const stat = readStat(pid);
  if (!stat || isDead(stat)) return undefined;
  return { pid, startTicks: stat.startTicks, bootId: bootId() };
}

export function isAlive({ pid, startTicks, bootId }: ProcessIdentity): boolean {
  const now = identityOf(pid);
  return now?.startTicks === startTicks && now.bootId === bootId;
}

/** What the process holds in memory, in bytes. */
export function residentBytes(pid: number): number {
  const [, kilobytes = '0'] = /^VmRSS:\s+(\d+) kB/m.exec(readProc(`${pid}/status`) ?? '') ?? [];
  return Number(kilobytes) * 1024;
}

/** The command line, for people. */
export function commandLine(pid: number): string {
  return (readProc(`${pid}/cmdline`) ?? '').replaceAll('\0', ' ').trim();
}

export type Stat = { readonly state: string; readonly threads: number; readonly startTicks: string };

/** The name in parentheses may hold spaces and parentheses itself, so fields are counted from its end. */
export function parseStat(text: string): Stat | undefined {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [state, threads, startTicks] = [fields[0], fields[17], fields[19]];
  return state && startTicks ? { state, threads: Number(threads), startTicks } : undefined;
}

/** The first thread of a killed process may be a zombie while others still hold its ports. */
export function isDead({ state, threads }: Stat): boolean {
  return state === 'X' || (state === 'Z' && threads <= 1);
}

function readStat(pid: number): Stat | undefined {
  const text = readProc(`${pid}/stat`);
  return text === undefined ? undefined : parseStat(text);
}

function bootId(): string {
  return (readProc('sys/kernel/random/boot_id') ?? '').trim();
}

function readProc(path: string): string | undefined {
  try {
    return readFileSync(`/proc/${path}`, 'utf8');
  } catch {
    return undefined;
  }
}
