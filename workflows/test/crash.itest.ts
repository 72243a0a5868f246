import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { eventually } from '@doffers/testkit';
import { createWorkflowEnvironment, type WorkflowEnvironment } from '@doffers/testkit/temporal';
import { taskQueues } from '../contracts/task-queues.ts';
import { Ledger } from './ledger.ts';
import type { purchaseWorkflow } from './purchase-workflow.ts';

const main = fileURLToPath(new URL('purchase-worker.ts', import.meta.url));

let env: WorkflowEnvironment;
before(async () => void (env = await createWorkflowEnvironment()));
after(() => env.close());

type Story = { readonly hangAfter: 'charge' | 'refund'; readonly refuse?: 'grant' };

/** Kills the only worker when an activity has taken effect but not answered; another one takes over. */
async function crash({ hangAfter, refuse }: Story) {
  const directory = mkdtempSync(join(tmpdir(), 'crash-'));
  const file = join(directory, 'ledger.db');
  const ledger = new Ledger(file);
  const running: ChildProcess[] = [];
  const startWorker = (faults: Record<string, string>) => {
    const { PATH = '' } = process.env;
    const settings = { PATH, TEMPORAL_ADDRESS: env.address, LEDGER: file, ...faults };
    const worker = spawn(process.execPath, [main], { env: settings, stdio: 'ignore' });
    running.push(worker);
    return worker;
  };
  const kill = async (worker: ChildProcess) => {
    worker.kill('SIGKILL');
    await once(worker, 'exit');
  };

  try {
    const refusing = refuse === undefined ? {} : { REFUSE: refuse };
    const first = startWorker({ HANG_AFTER: hangAfter, ...refusing });
    const handle = await env.client.workflow.start<typeof purchaseWorkflow>('purchaseWorkflow', {
      workflowId: `crash/${randomUUID()}`,
      taskQueue: taskQueues.workflow,
      args: [500],
    });
    const state = (step: string) => ledger.find(`${handle.workflowId}/${step}`)?.state ?? 'none';
    const effect = hangAfter === 'charge' ? 'applied' : 'undone';
    await eventually(() => assert.equal(state('charge'), effect), { timeoutMs: 60_000 });
    await kill(first);
    const second = startWorker(refusing);
    await assert.rejects(handle.result(), { name: 'WorkflowFailedError' });
    await kill(second);
    return { states: ['order', 'charge', 'grant'].map(state), calls: ledger.calls() };
  } finally {
    for (const worker of running) worker.kill('SIGKILL');
    ledger.close();
    rmSync(directory, { recursive: true });
  }
}

describe('a worker that is killed', () => {
  it('in the middle of a charge: another one undoes the charge and the order', async () => {
    const { states, calls } = await crash({ hangAfter: 'charge' });
    assert.deepEqual(states, ['undone', 'undone', 'none']);
    assert.deepEqual(calls, ['placeOrder', 'charge', 'refund', 'cancelOrder']);
  });

  it('in the middle of a refund: another one refunds again, to no effect, and goes on', async () => {
    const { states, calls } = await crash({ hangAfter: 'refund', refuse: 'grant' });
    assert.deepEqual(states, ['undone', 'undone', 'undone']);
    assert.deepEqual([...new Set(calls)], ['placeOrder', 'charge', 'revoke', 'refund', 'cancelOrder']);
    assert.ok(calls.filter((name) => name === 'refund').length > 1);
  });
});
