import { randomUUID } from 'node:crypto';
import { createDocumentWorkflows, createSubscriptionWorkflows, type SubscriptionWorkflows } from '@doffers/temporal';
import { createWorkflowEnvironment, type WorkflowEnvironment } from '@doffers/testkit/temporal';
import { activityInfo } from '@temporalio/activity';
import type { WorkflowHandle } from '@temporalio/client';
import { type ActivityClients, createActivities } from '../activities/index.ts';
import { type SubscriptionWorkflow, taskQueues, workflowIds } from '../contracts/index.ts';
import { type FakePlatform, fakePlatform } from './fake-platform.ts';
import { createWorkers } from './harness.ts';
import { exportHistory, recordHistory } from './history-file.ts';
import { assertNoPersonalData } from './personal-data.ts';

export type SubscriptionStory = FakePlatform['subscriptions'] & {
  readonly env: WorkflowEnvironment;
  readonly platform: FakePlatform;
  readonly flows: SubscriptionWorkflows;
  readonly about: { readonly subscriptionId: string; readonly shopId: string };
  readonly handle: WorkflowHandle<SubscriptionWorkflow>;
  /** Starts the clockwork; from now on it jumps over its timers, in each of its runs. */
  start(): Promise<void>;
  command(command: Parameters<SubscriptionWorkflows['command']>[1], requestId?: string): Promise<void>;
};

type Activity = (input: unknown) => Promise<unknown>;
type Cast = { readonly owns: (workflowId: string) => boolean; readonly act: (name: string) => Activity };

/**
 * A stage for stories about subscriptions: one server and one set of workers, since starting them takes longer than a
 * story. Each story has fake services of its own, found by the workflow that asks, so that stories may run at once.
 */
export async function createSubscriptionStage() {
  const env = await createWorkflowEnvironment();
  const anybody = createActivities(fakePlatform().clients) as unknown as Record<string, Activity>;
  const casts: Cast[] = [];
  const perform = (name: string): Activity => {
    return async (input) => {
      const { workflowId = '' } = activityInfo().workflowExecution ?? {};
      const cast = casts.find(({ owns }) => owns(workflowId));
      return (cast?.act(name) ?? anybody[name])?.(input);
    };
  };
  const { connection, namespace } = env;
  const options = {
    activities: Object.fromEntries(Object.keys(anybody).map((name) => [name, perform(name)])),
    queues: [taskQueues.core, taskQueues.docs],
    entry: 'workflows/index.ts',
  };
  const workers = await createWorkers({ connection, namespace }, options);
  const runs = workers.map((worker) => worker.run());

  return {
    env,
    /** Plays `body`, then records the history of the subscription's last run. */
    async story(
      name: string,
      body: (story: SubscriptionStory) => Promise<void>,
      instead: (platform: FakePlatform) => Partial<ActivityClients['subscriptions']> = () => ({}),
    ): Promise<void> {
      const platform = fakePlatform();
      const { clients, subscriptions } = platform;
      const about = { subscriptionId: randomUUID(), shopId: randomUUID() };
      const workflowId = workflowIds.subscription(about.subscriptionId);
      const documents = createDocumentWorkflows(env.client);
      subscriptions.it.billed = (billId) => documents.subscriptionBilled({ billId, shopId: about.shopId });
      const skips = skippingRuns(env, workflowId);
      const activities = createActivities({
        ...clients,
        subscriptions: { ...clients.subscriptions, ...instead(platform) },
      });
      const billIds = () => [...subscriptions.bills.values()].map(({ id }) => id);
      casts.push({
        owns: (id) =>
          id === workflowId || billIds().some((billId) => id === workflowIds.invoice('subscription', billId)),
        act: (activity) => async (input) => {
          await skips.inThisRun();
          return (activities as unknown as Record<string, Activity>)[activity]?.(input);
        },
      });
      const flows = createSubscriptionWorkflows(env.client);
      await body({
        ...subscriptions,
        env,
        platform,
        flows,
        about,
        handle: env.client.workflow.getHandle<SubscriptionWorkflow>(workflowId),
        async start() {
          await flows.ensure(about);
          await skips.start();
        },
        command: (command, requestId = randomUUID()) => flows.command({ ...about, requestId }, command),
      });
      const text = await exportHistory(env, workflowId);
      assertNoPersonalData(text);
      await recordHistory(name, text);
    },

    async close() {
      for (const worker of workers) worker.shutdown();
      await Promise.all(runs);
      await env.close();
    },
  };
}

/** Time skipping counts for one run: what continues as new is asked again, by the first activity of each run. */
function skippingRuns(env: WorkflowEnvironment, workflowId: string) {
  const asked = new Set<string>();
  let started = false;
  return {
    async start() {
      started = true;
      await env.skipTime(workflowId);
    },
    async inThisRun() {
      const { workflowExecution } = activityInfo();
      if (!started || workflowExecution?.workflowId !== workflowId || asked.has(workflowExecution.runId)) return;
      asked.add(workflowExecution.runId);
      await env.skipTime(workflowId);
    },
  };
}
