import { join, resolve } from 'node:path';
import { type Topology, topology } from '@doffers/topology';

/** The repository's root; every command works from there. */
export const root = resolve(import.meta.dirname, '../..');

/** Native tools, shared by all stacks of this clone. */
export const toolsDir = join(root, '.tools');

/** One running platform: its ports and the folder with everything it keeps. */
export type Stack = {
  readonly offset: number;
  readonly ports: Topology;
  readonly runDir: string;
  readonly keysDir: string;
  readonly logsDir: string;
};

/** The stack at a port offset. Stacks side by side share nothing: each has its own ports, data, keys and logs. */
export function stackAt(offset: number, keysDir?: string): Stack {
  const runDir = offset === 0 ? join(root, '.run') : join(root, '.run', String(offset));
  return {
    offset,
    ports: topology(offset),
    runDir,
    keysDir: keysDir ? resolve(root, keysDir) : join(runDir, 'keys'),
    logsDir: join(runDir, 'logs'),
  };
}

export const logFile = (stack: Stack, name: string): string => join(stack.logsDir, `${name}.log`);
export const pidFile = (stack: Stack, name: string): string => join(stack.runDir, `${name}.pid`);
