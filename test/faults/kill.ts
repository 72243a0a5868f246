import assert from 'node:assert/strict';
import { eventually } from '@doffers/testkit';
import type { Stack } from '../../scripts/stack/stack.ts';
import { statusOf } from './supervisor-stack.ts';

/** Long, because a busy machine starts processes slowly; how long it took is reported, not demanded. */
const patience = { timeoutMs: 180_000, everyMs: 20 };

/** Kills a process as a power cut would and waits until the supervisor has it ready again. */
export async function killAndAwait(stack: Stack, name: string): Promise<{ atMs: number; readyAtMs: number }> {
  const { pid, restarts } = await eventually(() => {
    const status = statusOf(stack, name);
    assert.equal(status.state, 'ready', `${name} is ${status.state}`);
    return status;
  }, patience);
  assert.ok(pid);
  const atMs = Date.now();
  process.kill(pid, 'SIGKILL');
  await eventually(() => {
    const now = statusOf(stack, name);
    assert.ok(now.restarts > restarts && now.pid !== pid, `${name} was not started again`);
    assert.equal(now.state, 'ready', `${name} is ${now.state}`);
  }, patience);
  return { atMs, readyAtMs: Date.now() };
}
