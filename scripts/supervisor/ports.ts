import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { CommandError } from '../console/command-error.ts';
import { commandLine } from './process-identity.ts';

const listenState = '0A';
/** A whole platform on the same ports is one fact, not forty. */
const linesShown = 6;

/** Ports on which something listens, with the kernel's number of the socket. */
export function parseListeners(procNetTcp: string): Map<number, string> {
  const listeners = new Map<number, string>();
  for (const line of procNetTcp.split('\n').slice(1)) {
    const [, local = '', , state, , , , , , inode = ''] = line.trim().split(/\s+/);
    const port = Number.parseInt(local.split(':').at(-1) ?? '', 16);
    if (state === listenState && Number.isInteger(port)) listeners.set(port, inode);
  }
  return listeners;
}

/** @throws CommandError that names every port in use, who has it, and the way out */
export function requireFreePorts(wanted: Readonly<Record<string, number>>, offset: number): void {
  const listeners = new Map(['tcp', 'tcp6'].flatMap((file) => [...parseListeners(readProcNet(file))]));
  const taken = Object.entries(wanted).filter(([, port]) => listeners.has(port));
  if (taken.length === 0) return;
  const owners = socketOwners(new Set(taken.map(([, port]) => listeners.get(port) ?? '')));
  throw new CommandError(
    describeConflict(
      taken.map(([setting, port]) => ({ setting, port, owner: owners.get(listeners.get(port) ?? '') })),
      offset,
    ),
  );
}

type Conflict = { readonly setting: string; readonly port: number; readonly owner: string | undefined };

export function describeConflict(conflicts: readonly Conflict[], offset: number): string {
  const lines = conflicts.map(
    ({ setting, port, owner }) => `  port ${port} (${setting}) is in use by ${owner ?? 'a process of another user'}`,
  );
  const shown = lines.length > linesShown ? [...lines.slice(0, linesShown), '  …'] : lines;
  const other = offset === 0 ? 2_000 : offset >= 10_000 ? 0 : offset + 2_000;
  return `${lines.length === 1 ? 'a port is' : `${lines.length} ports are`} in use:\n${shown.join('\n')}\nEnd what holds them, or use other ports: DOFFERS_PORT_OFFSET=${other} npm start`;
}

/** Looks through the open files of every process that this user may see. */
function socketOwners(inodes: ReadonlySet<string>): Map<string, string> {
  const owners = new Map<string, string>();
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    for (const fd of listOf(`/proc/${pid}/fd`)) {
      const [, inode] = /^socket:\[(\d+)\]$/.exec(linkOf(`/proc/${pid}/fd/${fd}`)) ?? [];
      if (inode && inodes.has(inode)) owners.set(inode, `pid ${pid} (${commandLine(Number(pid)).slice(0, 80)})`);
    }
  }
  return owners;
}

function listOf(dir: string): string[] {
  try {
    return readdirSync(dir);
  } catch {
    return [];
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

function readProcNet(file: string): string {
  try {
    return readFileSync(`/proc/net/${file}`, 'utf8');
  } catch {
    return '';
  }
}
