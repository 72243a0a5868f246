import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { runInCall } from '@doffers/rpc';
import { createShopWorkflows, createTemporalClient, type TemporalClient } from '@doffers/temporal';
import { eventually } from '@doffers/testkit';
import { createTemporalServer, type TemporalServer } from '@doffers/testkit/temporal';
import { type ShopApprovalWorkflow, workflowIds } from '../contracts/index.ts';
import { gate } from './gate.ts';
import { startGrpcServices } from './grpc-services.ts';
import { startWorkerProcess, type WorkerProcess } from './worker-process.ts';

let temporal: TemporalServer;
let services: Awaited<ReturnType<typeof startGrpcServices>>;
let client: TemporalClient;
let workers: readonly WorkerProcess[] = [];

before(async () => {
  [temporal, services] = await Promise.all([createTemporalServer(), startGrpcServices()]);
  client = createTemporalClient({ address: temporal.address, namespace: 'doffers' });
});

after(async () => {
  for (const worker of workers) worker.process.kill('SIGTERM');
  await Promise.all(workers.map((worker) => worker.ended));
  await client.connection.close();
  await Promise.all([temporal.close(), services.close()]);
});

const decided = () => ({ shopId: randomUUID(), decision: 'approved', version: 1 }) as const;
const handleOf = (shopId: string) =>
  client.workflow.getHandle<ShopApprovalWorkflow>(workflowIds.shopApproval(shopId, 1));

/** These tests are one story: the server is away, comes, dies, and comes back. */
describe('while Temporal is away', () => {
  it('a service starts, and answers in its caller’s time that this must wait', async () => {
    const deadline = new Date(Date.now() + 500);
    await runInCall({ deadline }, () =>
      assert.rejects(createShopWorkflows(client).approvalChanged(decided()), { reason: 'WORKFLOWS_UNAVAILABLE' }),
    );
  });

  it('workers live and wait, and are ready once it is there, with its search attributes', async () => {
    const environment = { TEMPORAL_ADDRESS: temporal.address, ...services.environment };
    workers = [await startWorkerProcess('workflow', environment), await startWorkerProcess('activity', environment)];
    for (const worker of workers) {
      await eventually(() => assert.match(worker.log(), /waiting for Temporal/), { timeoutMs: 30_000 });
      assert.equal((await worker.page('/healthz')).status, 200);
      assert.equal((await worker.page('/readyz')).status, 503);
    }
    temporal.start();
    await Promise.all(workers.map((worker) => worker.ready()));
    const decision = decided();
    await createShopWorkflows(client).approvalChanged(decision);
    assert.deepEqual(await handleOf(decision.shopId).result(), { outcome: 'notified' });
  });

  it('is killed in the middle of an activity: the same workers finish the workflow when it is back', async () => {
    const answer = gate();
    services.hold.notices = answer.opened;
    const decision = decided();
    const noticesSent = () => services.seen.filter(({ method }) => method === 'sendNotice').length;
    const [sentBefore, deliveredBefore] = [noticesSent(), services.delivered.size];
    await createShopWorkflows(client).approvalChanged(decision);
    await eventually(() => assert.ok(noticesSent() > sentBefore, 'the activity runs'));
    await temporal.kill();
    answer.open();
    await eventually(async () => assert.equal((await workers[1]?.page('/readyz'))?.status, 503));
    temporal.start();
    await Promise.all(workers.map((worker) => worker.ready()));
    assert.deepEqual(await handleOf(decision.shopId).result(), { outcome: 'notified' });
    assert.equal(services.delivered.size, deliveredBefore + 1);
    for (const worker of workers) assert.equal(worker.process.exitCode, null, 'it is the same process');
  });
});
