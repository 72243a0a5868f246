import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { DomainError } from '@doffers/errors';
import { Shop_Approval } from '@doffers/proto/user/v1/shop_service';
import { runInCall } from '@doffers/rpc';
import { createShopWorkflows } from '@doffers/temporal';
import { eventually } from '@doffers/testkit';
import { createWorkflowEnvironment, type WorkflowEnvironment } from '@doffers/testkit/temporal';
import type { WorkflowHandle } from '@temporalio/client';
import type { ActivityClients } from '../activities/index.ts';
import { createNoticeActivities } from '../activities/notice-activities.ts';
import { createShopActivities } from '../activities/shop-activities.ts';
import { type ShopApprovalWorkflow, workflowIds } from '../contracts/index.ts';
import { fakeServices } from '../test/fake-services.ts';
import { gate } from '../test/gate.ts';
import { withWorkers } from '../test/harness.ts';
import { exportHistory, recordHistory } from '../test/history-file.ts';
import { assertNoPersonalData } from '../test/personal-data.ts';

let env: WorkflowEnvironment;
before(async () => void (env = await createWorkflowEnvironment()));
after(() => env.close());

type Services = ReturnType<typeof fakeServices>;
type Approval = Services & { readonly handle: WorkflowHandle<ShopApprovalWorkflow>; readonly key: string };
type Story = {
  /** The file under which its history is recorded. */
  readonly history: string;
  readonly inbox?: (real: ActivityClients['inbox'], services: Services) => Partial<ActivityClients['inbox']>;
  readonly before?: (services: Services) => void;
};

const activitiesOf = (clients: Services['clients']) => ({
  ...createShopActivities(clients.shops),
  ...createNoticeActivities(clients),
});

/** An admin approves a shop; `body` sees what follows. No history may hold personal data, whatever happens. */
async function approve({ history, inbox, before }: Story, body: (approval: Approval) => Promise<void>): Promise<void> {
  const services = fakeServices();
  before?.(services);
  const clients = {
    ...services.clients,
    inbox: { ...services.clients.inbox, ...inbox?.(services.clients.inbox, services) },
  };
  const activities = activitiesOf(clients);
  await withWorkers(env, { activities, entry: 'workflows/index.ts' }, async () => {
    const shopId = randomUUID();
    const actor = { requestId: randomUUID(), actorId: randomUUID() };
    const decided = { shopId, decision: 'approved', version: 1 } as const;
    await runInCall(actor, () => createShopWorkflows(env.client).approvalChanged(decided));
    const workflowId = workflowIds.shopApproval(shopId, 1);
    const handle = env.client.workflow.getHandle<ShopApprovalWorkflow>(workflowId);
    await body({ ...services, handle, key: `${workflowId}/notice` });
    const text = await exportHistory(env, workflowId);
    assertNoPersonalData(text);
    assert.ok(text.includes(Buffer.from(JSON.stringify(actor)).toString('base64')), 'who asked is on record');
    await recordHistory(history, text);
  });
}

describe('the workflow of an approval', () => {
  it('tells the owner, once, and can be found by its shop and phase', () =>
    approve({ history: 'shop-approval-notified' }, async ({ handle, key, delivered }) => {
      assert.deepEqual(await handle.result(), { outcome: 'notified' });
      assert.deepEqual([...delivered.keys()], [key]);
      const [, shopId] = handle.workflowId.split('/');
      await eventually(async () => {
        const { count } = await env.client.workflow.count(`DoShopId = "${shopId}" AND DoPhase = "notified"`);
        assert.equal(count, 1);
      });
    }));

  it('tells nothing when another decision was taken before', () => {
    const before = ({ shop }: Services) => void (shop.approval = Shop_Approval.SUSPENDED);
    return approve({ history: 'shop-approval-superseded', before }, async ({ handle, delivered, withdrawn }) => {
      assert.deepEqual(await handle.result(), { outcome: 'superseded' });
      assert.deepEqual([delivered.size, withdrawn.size], [0, 0]);
    });
  });

  it('takes the notice back when another decision was taken while it was on its way', () => {
    const inbox: Story['inbox'] = (real, { shop }) => ({
      async sendNotice(request) {
        const sent = await real.sendNotice(request);
        shop.approval = Shop_Approval.SUSPENDED;
        return sent;
      },
    });
    return approve({ history: 'shop-approval-withdrawn', inbox }, async ({ handle, key, delivered, withdrawn }) => {
      assert.deepEqual(await handle.result(), { outcome: 'superseded' });
      assert.deepEqual([delivered.size, [...withdrawn]], [0, [key]]);
    });
  });

  it('fails with the reason, and fences the notice, when the notice is refused', () => {
    const inbox: Story['inbox'] = () => ({
      async sendNotice() {
        throw new DomainError('not_found', 'USER_NOT_FOUND', 'nobody has the number 9876543210');
      },
    });
    return approve({ history: 'shop-approval-failed', inbox }, async ({ handle, key, withdrawn }) => {
      await assert.rejects(handle.result(), { name: 'WorkflowFailedError' });
      assert.deepEqual([...withdrawn], [key]);
      const failed = `WorkflowId = "${handle.workflowId}" AND DoFailureCode = "USER_NOT_FOUND" AND DoPhase = "failed"`;
      await eventually(async () => assert.equal((await env.client.workflow.count(failed)).count, 1));
    });
  });

  it('takes the notice back when it is cancelled', () => {
    const [sending, going] = [gate(), gate()];
    const inbox: Story['inbox'] = (real) => ({
      async sendNotice(request) {
        const sent = await real.sendNotice(request);
        sending.open();
        await going.opened;
        return sent;
      },
    });
    return approve({ history: 'shop-approval-cancelled', inbox }, async ({ handle, delivered }) => {
      await sending.opened;
      await handle.cancel();
      await assert.rejects(handle.result(), { name: 'WorkflowFailedError' });
      going.open();
      assert.equal(delivered.size, 0);
      assert.equal((await handle.describe()).status.name, 'CANCELLED');
    });
  });

  it('waits for a person when the notice cannot be taken back', () => {
    const inbox: Story['inbox'] = (real, { shop }) => ({
      async sendNotice(request) {
        const sent = await real.sendNotice(request);
        shop.approval = Shop_Approval.SUSPENDED;
        return sent;
      },
      async withdrawNotice() {
        throw new DomainError('failed_precondition', 'INBOX_CLOSED', 'the account is being deleted');
      },
    });
    return approve({ history: 'shop-approval-attention', inbox }, async ({ handle }) => {
      const flagged = `WorkflowId = "${handle.workflowId}" AND DoFailureCode = "UNDO_notice" AND DoNeedsAttention = true`;
      await eventually(async () => assert.equal((await env.client.workflow.count(flagged)).count, 1));
      const decision = { step: 'notice', decision: 'handled', note: 'deleted with the account' } as const;
      await handle.executeUpdate('resolveCompensation', { args: [decision] });
      assert.deepEqual(await handle.result(), { outcome: 'superseded' });
    });
  });
});

describe('an approval', () => {
  it('starts one workflow however often it is announced, also after that one has ended', async () => {
    const { clients, delivered } = fakeServices();
    await withWorkers(env, { activities: activitiesOf(clients), entry: 'workflows/index.ts' }, async () => {
      const { approvalChanged } = createShopWorkflows(env.client);
      const decided = { shopId: randomUUID(), decision: 'approved', version: 3 } as const;
      await Promise.all([approvalChanged(decided), approvalChanged(decided)]);
      await env.client.workflow.getHandle(workflowIds.shopApproval(decided.shopId, 3)).result();
      await approvalChanged(decided);
      assert.equal(delivered.size, 1);
      const { raw } = await env.client.workflow.getHandle(workflowIds.shopApproval(decided.shopId, 3)).describe();
      assert.equal(raw.workflowExecutionInfo?.firstRunId, raw.workflowExecutionInfo?.execution?.runId);
    });
  });
});
