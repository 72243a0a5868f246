import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { createWorkflowEnvironment, type WorkflowEnvironment } from '@doffers/testkit/temporal';
import type { WorkflowHandle } from '@temporalio/client';
import { CancelledFailure } from '@temporalio/common';
import { taskQueues } from '../contracts/task-queues.ts';
import { withWorkers } from './harness.ts';
import { fireUpdate, moveUpdate, type patientWorkflow } from './patient-workflow.ts';

const dayMs = 86_400_000;

let env: WorkflowEnvironment;
before(async () => void (env = await createWorkflowEnvironment()));
after(() => env.close());

type Handle = WorkflowHandle<typeof patientWorkflow>;

const waiting = (days: number, body: (handle: Handle) => Promise<void>) =>
  withWorkers(env, { activities: {}, queues: [] }, async () => {
    const handle = await env.client.workflow.start<typeof patientWorkflow>('patientWorkflow', {
      workflowId: `patient/${randomUUID()}`,
      taskQueue: taskQueues.workflow,
      args: [days],
    });
    await body(handle);
  });

/** How many days the workflow believes to have waited, to the day. */
async function daysOf(handle: Handle): Promise<number> {
  const { startTime, closeTime } = await handle.describe();
  return Math.floor((Number(closeTime) - Number(startTime)) / dayMs);
}

describe('a timer over days', () => {
  it('takes the test no time when time is skipped, and the workflow all of it', () =>
    waiting(16, async (handle) => {
      await env.skipTime(handle.workflowId);
      await handle.result();
      assert.equal(await daysOf(handle), 16);
    }));

  it('ends earlier when it is moved forward', () =>
    waiting(16, async (handle) => {
      await handle.executeUpdate(moveUpdate, { args: [{ days: 3 }] });
      await env.skipTime(handle.workflowId);
      await handle.result();
      assert.equal(await daysOf(handle), 3);
    }));

  it('ends later when it is moved back', () =>
    waiting(3, async (handle) => {
      await handle.executeUpdate(moveUpdate, { args: [{ days: 16 }] });
      await env.skipTime(handle.workflowId);
      await handle.result();
      assert.equal(await daysOf(handle), 16);
    }));

  it('ends at once when it is moved into the past, or fired', async () => {
    await waiting(16, async (handle) => {
      await handle.executeUpdate(moveUpdate, { args: [{ days: -1 }] });
      await handle.result();
      assert.equal(await daysOf(handle), 0);
    });
    await waiting(16, async (handle) => {
      await handle.executeUpdate(fireUpdate);
      await handle.result();
      assert.equal(await daysOf(handle), 0);
    });
  });

  it('is cancelled with its workflow', () =>
    waiting(16, async (handle) => {
      await handle.cancel();
      await assert.rejects(handle.result(), (error: Error) => error.cause instanceof CancelledFailure);
    }));
});
