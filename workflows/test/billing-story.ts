import { randomUUID } from 'node:crypto';
import { after, before } from 'node:test';
import { createWorkflowEnvironment, type WorkflowEnvironment } from '@doffers/testkit/temporal';
import { type ActivityClients, createActivities } from '../activities/index.ts';
import { taskQueues } from '../contracts/index.ts';
import { type FakePlatform, fakePlatform } from './fake-platform.ts';
import { withWorkers } from './harness.ts';
import { exportHistory, recordHistory } from './history-file.ts';
import { assertNoPersonalData } from './personal-data.ts';

export type Instead = (platform: FakePlatform) => Partial<ActivityClients>;
export type BillingStory = FakePlatform & { readonly id: string; readonly shopId: string };
type Script = {
  /** What is played beside the workers; names the workflows whose histories are recorded. */
  readonly body: (story: BillingStory) => Promise<Record<string, string>>;
  readonly instead?: Instead;
  /** What happens while no worker runs: the workflow finds all of it at once. */
  readonly before?: (story: BillingStory) => Promise<void>;
};

export const asItIs: Instead = () => ({});

/** Stories about money that is on its way, on one server for the file that asks. */
export function billingStories() {
  let environment: WorkflowEnvironment | undefined;
  before(async () => void (environment = await createWorkflowEnvironment()));
  after(() => environment?.close());
  const env = (): WorkflowEnvironment => {
    if (environment === undefined) throw new Error('the server is not started yet');
    return environment;
  };

  /** Plays a story beside workers on fake services. */
  async function play({ body, instead = asItIs, before: prepare }: Script): Promise<void> {
    const platform = fakePlatform();
    const told = { ...platform, id: randomUUID(), shopId: randomUUID() };
    await prepare?.(told);
    const activities = createActivities({ ...platform.clients, ...instead(platform) });
    const queues = [taskQueues.core, taskQueues.docs];
    await withWorkers(env(), { activities, queues, entry: 'workflows/index.ts' }, async () => {
      const histories = await body(told);
      for (const [name, workflowId] of Object.entries(histories)) {
        const text = await exportHistory(env(), workflowId);
        assertNoPersonalData(text);
        await recordHistory(name, text);
      }
    });
  }
  return { env, play, story: (instead: Instead, body: Script['body']) => play({ instead, body }) };
}
