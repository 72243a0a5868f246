import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { currentCall, runInCall } from '@doffers/rpc';
import { createWorkflowEnvironment, type WorkflowEnvironment } from '@doffers/testkit/temporal';
import { WithStartWorkflowOperation } from '@temporalio/client';
import { taskQueues } from '../contracts/task-queues.ts';
import { withWorkers } from './harness.ts';
import { type AskActivities, type Asked, askSignal, askUpdate, type relayWorkflow } from './relay-workflow.ts';

let env: WorkflowEnvironment;
before(async () => void (env = await createWorkflowEnvironment()));
after(() => env.close());

const activities: AskActivities = {
  async whoAsks() {
    const call = currentCall();
    return {
      ...(call?.requestId === undefined ? {} : { requestId: call.requestId }),
      ...(call?.actorId === undefined ? {} : { actorId: call.actorId }),
    };
  },
};

const admin = { requestId: 'request-1', actorId: 'admin-1' };
const shopkeeper = { requestId: 'request-2', actorId: 'shopkeeper-2' };
const sweep = { requestId: 'request-3' };

const options = () => ({ workflowId: `relay/${randomUUID()}`, taskQueue: taskQueues.workflow });

describe('who asked', () => {
  it('is known to activities of the workflow, its children and its next run, and per message to those of handlers', () =>
    withWorkers(env, { activities }, async () => {
      const { workflow } = env.client;
      const handle = await runInCall(admin, () => workflow.start<typeof relayWorkflow>('relayWorkflow', options()));
      const updated = await runInCall(shopkeeper, () => handle.executeUpdate(askUpdate));
      await runInCall(sweep, () => handle.signal(askSignal));
      assert.deepEqual(updated, shopkeeper, 'an update names who sent it, not who started the workflow');
      assert.deepEqual(await handle.result(), { start: admin, child: admin, signal: sweep, afterContinueAsNew: admin });
    }));

  it('is known after an update that starts the workflow', () =>
    withWorkers(env, { activities }, async () => {
      const start = new WithStartWorkflowOperation<typeof relayWorkflow>('relayWorkflow', {
        ...options(),
        workflowIdConflictPolicy: 'USE_EXISTING',
        args: [],
      });
      const updated = await runInCall(admin, () =>
        env.client.workflow.executeUpdateWithStart(askUpdate, { startWorkflowOperation: start }),
      );
      assert.deepEqual(updated, admin);
      const handle = await start.workflowHandle();
      await handle.signal(askSignal);
      assert.deepEqual((await handle.result()).start, admin);
    }));

  it('is the run when nobody asked, so that its calls still belong together', () =>
    withWorkers(env, { activities }, async () => {
      const handle = await env.client.workflow.start('childWorkflow', options());
      const asked: Asked = await handle.result();
      assert.deepEqual(asked, { requestId: handle.firstExecutionRunId });
    }));
});
