import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { testServers } from '@doffers/testkit';
import { portsOf } from '@doffers/topology';
import { type Stack, stackAt } from '../../scripts/stack/stack.ts';
import { requireFreePorts } from '../../scripts/supervisor/ports.ts';
import { reportStatus, type StatusReport } from '../../scripts/supervisor/status-report.ts';

/** A stack for tests of starting and stopping: at ports that nobody uses now, neither other tests nor a person. */
export function ownStack(): Stack {
  const shared = testServers().stack.offset;
  const stack = [10_000, 8_000, 6_000, 4_000, 2_000]
    .filter((offset) => offset !== shared)
    .map((offset) => stackAt(offset))
    .find(isFree);
  if (!stack) throw new Error('these tests need a port offset at which nothing runs');
  return stack;
}

function isFree(stack: Stack): boolean {
  try {
    requireFreePorts(portsOf(stack.ports), stack.offset);
    return reportStatus(stack).platform === 'stopped';
  } catch {
    return false;
  }
}

export type Command = { readonly child: ChildProcess; readonly done: Promise<{ code: number; output: string }> };

/** Runs one of the commands against a stack, as a person would, without npm in between. */
export function runScript(stack: Stack, script: 'start' | 'stop' | 'status', ...args: readonly string[]): Command {
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const child = spawn(process.execPath, [`scripts/${script}.ts`, ...args], {
    env: { ...env, DOFFERS_PORT_OFFSET: String(stack.offset), DOFFERS_ENV_FILE: '' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
  const done = once(child, 'close').then(([code]) => ({ code: Number(code ?? -1), output }));
  return { child, done };
}

/** What the status says of one process. */
export function processIn(report: StatusReport, name: string) {
  const found = report.processes.find(({ process }) => process === name);
  if (!found) throw new Error(`the status knows no ${name}: ${JSON.stringify(report)}`);
  return found;
}

export const statusOf = (stack: Stack, name: string) => processIn(reportStatus(stack), name);
