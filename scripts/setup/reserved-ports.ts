import { readFile, writeFile } from 'node:fs/promises';
import { portsOf } from '@doffers/topology';
import type { Stack } from '../stack/stack.ts';
import type { Step } from './step.ts';

const reservedFile = '/proc/sys/net/ipv4/ip_local_reserved_ports';
const rangeFile = '/proc/sys/net/ipv4/ip_local_port_range';

/**
 * Asks the kernel not to give this stack's ports to outgoing connections, from whose range the gRPC ports come: else a
 * service that restarts may find its port held by somebody's connection. Needs root and lasts until the next boot;
 * without it such a service waits, with back-off, until the connection is closed.
 */
export function reservedPorts({ ports }: Pick<Stack, 'ports'>): Step {
  return {
    name: 'ports reserved in the kernel',
    async isDone() {
      const state = await readState();
      return !state || process.getuid?.() !== 0 || missingPorts(state, Object.values(portsOf(ports))).length === 0;
    },
    async run() {
      const state = await readState();
      if (!state) return;
      const missing = missingPorts(state, Object.values(portsOf(ports)));
      // In a container the setting may be read-only.
      await writeFile(reservedFile, [state.reserved, ...missing].filter(Boolean).join(',')).catch(() => undefined);
    },
  };
}

type KernelState = { readonly reserved: string; readonly range: string };

/** The ports that the kernel might give away, as its two settings say. */
export function missingPorts({ reserved, range }: KernelState, wanted: readonly number[]): number[] {
  const [from = 0, to = 0] = range.trim().split(/\s+/).map(Number);
  const kept = reserved.split(',').map((part) => part.split('-').map(Number));
  const isKept = (port: number) => kept.some(([first = 0, last = first]) => port >= first && port <= last);
  return wanted.filter((port) => port >= from && port <= to && !isKept(port));
}

async function readState(): Promise<KernelState | undefined> {
  try {
    const [reserved, range] = await Promise.all([readFile(reservedFile, 'utf8'), readFile(rangeFile, 'utf8')]);
    return { reserved: reserved.trim(), range };
  } catch {
    return undefined;
  }
}
