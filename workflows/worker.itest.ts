import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { runInCall } from '@doffers/rpc';
import { createShopWorkflows } from '@doffers/temporal';
import { eventually } from '@doffers/testkit';
import { createWorkflowEnvironment, type WorkflowEnvironment } from '@doffers/testkit/temporal';
import type { WorkflowHandle } from '@temporalio/client';
import { type ShopApprovalWorkflow, workflowIds } from './contracts/index.ts';
import { gate } from './test/gate.ts';
import { startGrpcServices } from './test/grpc-services.ts';
import { startWorkerProcess, type WorkerProcess } from './test/worker-process.ts';

let env: WorkflowEnvironment;
let services: Awaited<ReturnType<typeof startGrpcServices>>;
let workflowWorker: WorkerProcess;
let activityWorker: WorkerProcess;
const startActivityWorker = () =>
  startWorkerProcess('activity', { TEMPORAL_ADDRESS: env.address, ...services.environment });

before(async () => {
  [env, services] = await Promise.all([createWorkflowEnvironment(), startGrpcServices()]);
  workflowWorker = await startWorkerProcess('workflow', { TEMPORAL_ADDRESS: env.address });
  activityWorker = await startActivityWorker();
  await Promise.all([workflowWorker.ready(), activityWorker.ready()]);
});

after(async () => {
  for (const worker of [workflowWorker, activityWorker]) worker.process.kill('SIGTERM');
  const codes = await Promise.all([workflowWorker.ended, activityWorker.ended]);
  await Promise.all([env.close(), services.close()]);
  assert.deepEqual(codes, [0, 0], 'both workers stop cleanly');
});

async function approve(actor = { requestId: randomUUID(), actorId: randomUUID() }) {
  const shopId = randomUUID();
  const decided = { shopId, decision: 'approved', version: 1 } as const;
  await runInCall(actor, () => createShopWorkflows(env.client).approvalChanged(decided));
  const handle = env.client.workflow.getHandle<ShopApprovalWorkflow>(workflowIds.shopApproval(shopId, 1));
  return { handle, actor };
}

async function attemptsOf(handle: WorkflowHandle): Promise<readonly number[]> {
  const { events } = await handle.fetchHistory();
  return (events ?? []).flatMap(({ activityTaskStartedEventAttributes: started }) => started?.attempt ?? []);
}

describe('the two worker processes', () => {
  it('carry an approval from the workflow to the services, as the worker and with who asked as audit data', async () => {
    const { handle, actor } = await approve();
    assert.deepEqual(await handle.result(), { outcome: 'notified' });
    const calls = services.seen.filter(({ requestId }) => requestId === actor.requestId);
    assert.deepEqual(
      calls.map(({ method }) => method),
      ['getShopAccess', 'getShopAccess', 'sendNotice', 'getShopAccess'],
    );
    for (const { actorId, caller } of calls) {
      assert.equal(actorId, actor.actorId);
      assert.deepEqual(caller, { kind: 'service', name: 'worker' }, 'the person’s token does not travel');
    }
  });

  it('tell how they are: alive, ready, and in numbers', async () => {
    for (const worker of [workflowWorker, activityWorker]) {
      assert.equal((await worker.page('/healthz')).status, 200);
      assert.match((await worker.page('/metrics')).body, /doffers_process_info\{process="worker-/);
    }
    const { body } = await activityWorker.page('/readyz');
    const queues = ['core', 'docs', 'transactional', 'dispatch-whatsapp', 'dispatch-push', 'dispatch-inapp'];
    const checks = Object.fromEntries(queues.map((queue) => [`queue ${queue}`, 'ok']));
    assert.deepEqual(JSON.parse(body).checks, { temporal: 'ok', ...checks });
  });

  it('measure durations of the SDK in seconds', async () => {
    const scrape = async ({ sdkMetricsPort }: WorkerProcess) =>
      (await fetch(`http://127.0.0.1:${sdkMetricsPort}/metrics`)).text();
    const [workflows, activities] = [await scrape(workflowWorker), await scrape(activityWorker)];
    assert.match(workflows, /temporal_workflow_task_schedule_to_start_latency_seconds_bucket/);
    assert.match(activities, /temporal_activity_schedule_to_start_latency_seconds_bucket/);
    assert.match(activities, /temporal_activity_execution_latency_seconds_sum/);
    assert.match(activities, /temporal_worker_task_slots_available\{[^}]*task_queue="dispatch-push"[^}]*\} 8\n/);
    assert.doesNotMatch(workflows + activities, /latency_milliseconds/);
  });

  it('log lines of JSON, also what the SDK says', () => {
    for (const worker of [workflowWorker, activityWorker]) {
      const lines = worker.log().trim().split('\n');
      for (const line of lines) assert.doesNotThrow(() => JSON.parse(line), line);
      assert.ok(lines.some((line) => JSON.parse(line).msg === 'ready'));
    }
  });
});

describe('an activity worker that is told to stop', () => {
  it('finishes what it runs before it ends, so that nothing is tried twice', async () => {
    const answer = gate();
    services.hold.notices = answer.opened;
    const { handle, actor } = await approve();
    await eventually(() =>
      assert.ok(
        services.seen.some(({ method, requestId }) => method === 'sendNotice' && requestId === actor.requestId),
      ),
    );
    const stopping = activityWorker;
    stopping.process.kill('SIGTERM');
    await eventually(() => assert.match(stopping.log(), /"stopping"/));
    activityWorker = await startActivityWorker();
    answer.open();
    assert.equal(await stopping.ended, 0, stopping.log());
    await activityWorker.ready();
    assert.deepEqual(await handle.result(), { outcome: 'notified' });
    assert.deepEqual(await attemptsOf(handle), [1, 1, 1], 'read, notice, read: one attempt each');
    const sent = services.seen.filter(
      ({ method, requestId }) => method === 'sendNotice' && requestId === actor.requestId,
    );
    assert.equal(sent.length, 1);
  });
});
