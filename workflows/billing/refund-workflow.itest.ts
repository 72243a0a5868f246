import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { Refund_Purpose, Refund_State } from '@doffers/proto/payment/v1/refund_service';
import { createRefundWorkflows, type RefundWorkflows } from '@doffers/temporal';
import { eventually } from '@doffers/testkit';
import { createWorkflowEnvironment, type WorkflowEnvironment } from '@doffers/testkit/temporal';
import type { WorkflowHandle } from '@temporalio/client';
import { type ActivityClients, createActivities } from '../activities/index.ts';
import { type RefundWorkflow, workflowIds } from '../contracts/index.ts';
import { type FakePlatform, fakePlatform, refuses } from '../test/fake-platform.ts';
import { withWorkers } from '../test/harness.ts';
import { exportHistory, recordHistory } from '../test/history-file.ts';
import { assertNoPersonalData } from '../test/personal-data.ts';

let env: WorkflowEnvironment;
before(async () => void (env = await createWorkflowEnvironment()));
after(() => env.close());

type Story = FakePlatform & { readonly refunds: RefundWorkflows; readonly handle: WorkflowHandle<RefundWorkflow> };
type Refund = { readonly refundId: string; readonly shopId: string };

/** Runs `body` beside workers on fake services, then records the history of the refund under `name`. */
async function story(
  name: string,
  body: (story: Story, refund: Refund) => Promise<void>,
  instead: (platform: FakePlatform) => Partial<ActivityClients['refunds']> = () => ({}),
): Promise<void> {
  const platform = fakePlatform();
  const { clients } = platform;
  const activities = createActivities({ ...clients, refunds: { ...clients.refunds, ...instead(platform) } });
  await withWorkers(env, { activities, entry: 'workflows/index.ts' }, async () => {
    const refund = { refundId: randomUUID(), shopId: randomUUID() };
    const workflowId = workflowIds.refund(refund.refundId);
    const handle = env.client.workflow.getHandle<RefundWorkflow>(workflowId);
    await body({ ...platform, refunds: createRefundWorkflows(env.client), handle }, refund);
    const text = await exportHistory(env, workflowId);
    assertNoPersonalData(text);
    await recordHistory(name, text);
  });
}

const flagged = ({ workflowId }: { workflowId: string }) =>
  eventually(async () => {
    const query = `WorkflowId = "${workflowId}" AND DoNeedsAttention = true AND DoFailureCode = "STUCK_refund"`;
    assert.equal((await env.client.workflow.count(query)).count, 1);
  });
const decide = (handle: WorkflowHandle, decision: 'retry' | 'handled') =>
  handle.executeUpdate('resolveCompensation', { args: [{ step: 'refund', decision, note: 'the bank was asked' }] });

describe('a refund', () => {
  it('is paid once and told once, however often it is announced', () =>
    story('refund-processed', async ({ refunds, handle, gateway, notices }, refund) => {
      await Promise.all([refunds.requested(refund), refunds.requested(refund), refunds.reported(refund)]);
      assert.deepEqual(await handle.result(), { outcome: 'processed', attempts: 1 });
      await refunds.reported(refund);
      await refunds.requested(refund);
      assert.deepEqual(gateway.attempts, [1]);
      assert.deepEqual([...notices.keys()], [`${handle.workflowId}/notice/refund`]);
      const [notice] = notices.values();
      assert.match(notice?.body ?? '', /₹5,000\.00/);
    }));

  it('that the bank takes days for is looked after, also when no report comes', () =>
    story('refund-waited-for', async ({ refunds, handle, gateway }, refund) => {
      gateway.refund.state = Refund_State.REQUESTED;
      gateway.refund.purpose = Refund_Purpose.UNUSED_CREDIT;
      gateway.looksUntilProcessed(3);
      await refunds.requested(refund);
      await env.skipTime(handle.workflowId);
      assert.deepEqual(await handle.result(), { outcome: 'processed', attempts: 1 });
      const { startTime, closeTime } = await handle.describe();
      assert.ok((closeTime?.getTime() ?? 0) - startTime.getTime() >= 2 * 86_400_000);
    }));

  it('that the bank turns down waits for a person, and is then tried under the next number', () =>
    story('refund-attention', async ({ refunds, handle, gateway }, refund) => {
      gateway.refund.state = Refund_State.FAILED;
      await refunds.requested(refund);
      await flagged(handle);
      gateway.refund.state = Refund_State.PROCESSED;
      await decide(handle, 'retry');
      assert.deepEqual(await handle.result(), { outcome: 'processed', attempts: 2 });
      assert.deepEqual(gateway.attempts, [1, 2]);
    }));

  it('that the gateway refuses for good is closed once a person has paid it by other means', () =>
    story(
      'refund-closed',
      async ({ refunds, handle, gateway }, { refundId }) => {
        await refunds.requested({ refundId });
        await flagged(handle);
        await decide(handle, 'handled');
        assert.deepEqual(await handle.result(), { outcome: 'closed', attempts: 1 });
        assert.equal(gateway.refund.closed, true);
      },
      () => ({ sendRefund: refuses('REFUND_REFUSED') }),
    ));
});
