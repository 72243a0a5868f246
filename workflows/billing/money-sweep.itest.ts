import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { create } from '@bufbuild/protobuf';
import { ExpireCreditResponseSchema, ExpireHoldsResponseSchema } from '@doffers/proto/payment/v1/hold_service';
import { IssueMonthlyInvoicesResponseSchema } from '@doffers/proto/payment/v1/invoice_service';
import { ReconciliationSchema } from '@doffers/proto/payment/v1/reconciliation_service';
import { isWorkflowClosed, keepSchedule } from '@doffers/temporal';
import { eventually } from '@doffers/testkit';
import { createWorkflowEnvironment, type WorkflowEnvironment } from '@doffers/testkit/temporal';
import { createActivities } from '../activities/index.ts';
import { moneySweepWorkflow, monthlyInvoicesWorkflow, reconciliationWorkflow, taskQueues } from '../contracts/index.ts';
import { fakePlatform } from '../test/fake-platform.ts';
import { withWorkers } from '../test/harness.ts';
import { exportHistory, recordHistory } from '../test/history-file.ts';

describe('the sweep of wallets', () => {
  let env: WorkflowEnvironment;
  before(async () => void (env = await createWorkflowEnvironment()));
  after(() => env.close());

  const sweep = (everyMs: number) => ({
    id: 'money-sweep',
    workflowType: moneySweepWorkflow,
    when: { everyMs },
    note: 'sweeps',
  });

  it('walks all pages of overdue holds and of shops with expired credit', async () => {
    const { clients } = fakePlatform();
    const asked: string[] = [];
    let shops = 2;
    const holds = {
      ...clients.holds,
      expireHolds: async ({ afterKey = '' }: { afterKey?: string }) => {
        asked.push(afterKey);
        return create(ExpireHoldsResponseSchema, {
          expired: 1,
          nextAfterKey: asked.length < 3 ? `key ${asked.length}` : '',
        });
      },
      expireCredit: async () => create(ExpireCreditResponseSchema, { shops: Math.max(0, shops--) }),
    };
    const activities = createActivities({ ...clients, holds });
    await withWorkers(env, { activities, queues: [taskQueues.core], entry: 'workflows/index.ts' }, async () => {
      const workflowId = `money-sweep/${randomUUID()}`;
      const result = await env.client.workflow.execute(moneySweepWorkflow, {
        workflowId,
        taskQueue: taskQueues.workflow,
      });
      assert.deepEqual(result, { holds: 3, shops: 3 });
      assert.deepEqual(asked, ['', 'key 1', 'key 2']);
      assert.equal(await isWorkflowClosed(env.client, workflowId), true);
      await recordHistory('money-sweep-completed', await exportHistory(env, workflowId));
    });
  });

  it('of monthly invoices walks all pages of shops', async () => {
    const activities = createActivities(fakePlatform().clients);
    await withWorkers(env, { activities, queues: [taskQueues.core], entry: 'workflows/index.ts' }, async () => {
      const workflowId = `monthly-invoices/${randomUUID()}`;
      const about = { workflowId, taskQueue: taskQueues.workflow };
      assert.deepEqual(await env.client.workflow.execute(monthlyInvoicesWorkflow, about), { issued: 2 });
      await recordHistory('monthly-invoices-issued', await exportHistory(env, workflowId));
    });
  });

  it('of monthly invoices goes on behind a shop that fails, and fails in the end', async () => {
    const pages: string[] = [];
    const { clients } = fakePlatform();
    const invoices = {
      ...clients.invoices,
      async issueMonthlyInvoices({ afterShopId = '' }) {
        pages.push(afterShopId);
        const failures = afterShopId === '' ? ['shop a: Error: no rate'] : [];
        const nextAfterShopId = afterShopId === '' ? 'b' : '';
        return create(IssueMonthlyInvoicesResponseSchema, { issued: 1, failures, nextAfterShopId });
      },
    };
    const activities = createActivities({ ...clients, invoices });
    await withWorkers(env, { activities, queues: [taskQueues.core], entry: 'workflows/index.ts' }, async () => {
      const workflowId = `monthly-invoices/${randomUUID()}`;
      const about = { workflowId, taskQueue: taskQueues.workflow };
      const run = env.client.workflow.execute(monthlyInvoicesWorkflow, about);
      await assert.rejects(run, ({ cause }) => /of 1 shops .* 2 invoices were issued; shop a: .*no rate/.test(cause));
      assert.deepEqual(pages, ['', 'b']);
      await recordHistory('monthly-invoices-failed', await exportHistory(env, workflowId));
    });
  });

  const reconcile = async (clients: ReturnType<typeof fakePlatform>['clients'], history?: string) => {
    const activities = createActivities(clients);
    const workers = { activities, queues: [taskQueues.core], entry: 'workflows/index.ts' };
    return withWorkers(env, workers, async () => {
      const workflowId = `reconciliation/${randomUUID()}`;
      const about = { workflowId, taskQueue: taskQueues.workflow };
      const result = await env.client.workflow.execute(reconciliationWorkflow, about);
      if (history !== undefined) await recordHistory(history, await exportHistory(env, workflowId));
      return result;
    });
  };

  it('of the books goes on until every check has got through once, though never two in the same part', async () => {
    const result = await reconcile(fakePlatform().clients, 'reconciliation-completed');
    assert.deepEqual(result, { breaks: 3, complete: true, failed: [] });
  });

  it('of the books ends, and is not complete, when a check fails', async () => {
    let parts = 0;
    const reconciliation = {
      async reconcile({ skippedChecks = [] }: { skippedChecks?: string[] }) {
        const checks = [
          { check: 'R1', complete: ++parts > 1 },
          { check: 'R4', complete: false, error: 'notification does not answer' },
        ].filter(({ check }) => !skippedChecks.includes(check));
        return create(ReconciliationSchema, { checks });
      },
    };
    const result = await reconcile({ ...fakePlatform().clients, reconciliation });
    assert.deepEqual([result, parts], [{ breaks: 0, complete: false, failed: ['R4'] }, 2]);
  });

  it('is kept by any number of processes as one schedule, as the last of them says, and stays paused when ops paused it', async () => {
    await Promise.all(Array.from({ length: 4 }, () => keepSchedule(env.client, sweep(600_000))));
    const schedule = env.client.schedule.getHandle('money-sweep');
    await schedule.pause('looking into it');
    await keepSchedule(env.client, sweep(300_000));
    const { spec, policies, state } = await schedule.describe();
    assert.deepEqual([spec.intervals?.[0]?.every, policies.overlap, state.paused], [300_000, 'SKIP', true]);
  });

  it('tells a workflow that runs from one that never was', async () => {
    const workflowId = `waiting/${randomUUID()}`;
    await env.client.workflow.start(moneySweepWorkflow, { workflowId, taskQueue: 'nobody-works-here' });
    assert.equal(await isWorkflowClosed(env.client, workflowId), false);
    assert.equal(await isWorkflowClosed(env.client, 'campaign/never'), true);
    await env.client.workflow.getHandle(workflowId).terminate();
    await eventually(async () => assert.equal(await isWorkflowClosed(env.client, workflowId), true));
  });
});
