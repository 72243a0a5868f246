import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, it } from 'node:test';
import { eventually } from '@doffers/testkit';
import { createWorkflowEnvironment, type WorkflowEnvironment } from '@doffers/testkit/temporal';
import { taskQueues } from '../contracts/task-queues.ts';
import type { BurstActivities, burstWorkflow } from './burst-workflow.ts';
import { withWorkers } from './harness.ts';

const [big, small] = [100, 5];

/** Queues a big shop's chunks, then a small one's, and only then lets one worker do them one by one. */
async function orderOfSends(env: WorkflowEnvironment): Promise<readonly string[]> {
  const sent: string[] = [];
  const activities: BurstActivities = { send: async (shopId) => void sent.push(shopId) };
  const start = async (shopId: string, chunks: number) => {
    const handle = await env.client.workflow.start<typeof burstWorkflow>('burstWorkflow', {
      workflowId: `burst/${randomUUID()}`,
      taskQueue: taskQueues.workflow,
      args: [{ shopId, chunks }],
    });
    await eventually(async () => {
      const { raw } = await handle.describe();
      assert.equal(raw.pendingActivities?.length, chunks);
    });
    return handle;
  };
  const handles = await withWorkers(env, { activities, queues: [] }, async () => [
    await start('big', big),
    await start('small', small),
  ]);
  await withWorkers(env, { activities, queues: [taskQueues.dispatchPush], slots: 1 }, async () => {
    await Promise.all(handles.map((handle) => handle.result()));
  });
  return sent;
}

describe('the queue of a channel', () => {
  it('lets a small shop’s chunks pass a big shop’s backlog', async () => {
    const env = await createWorkflowEnvironment();
    const last = (await orderOfSends(env)).lastIndexOf('small');
    await env.close();
    assert.ok(last < big / 2, `the small shop was done after ${last + 1} of ${big + small} chunks`);
  });

  it('would make it wait without fairness, so the setting is what does it', async () => {
    const env = await createWorkflowEnvironment({ 'matching.enableFairness': 'false' });
    const first = (await orderOfSends(env)).indexOf('small');
    await env.close();
    assert.ok(first > big / 2, `the small shop began after ${first} chunks`);
  });
});
