import { randomUUID } from 'node:crypto';
import { runInCall } from '@doffers/rpc';
import { type CampaignWorkflows, createCampaignWorkflows } from '@doffers/temporal';
import type { WorkflowHandle } from '@temporalio/client';
import { type ActivityClients, createActivities } from '../activities/index.ts';
import {
  type CampaignInput,
  type CampaignWorkflow,
  holdKey,
  type LaunchAnswer,
  taskQueues,
  workflowIds,
} from '../contracts/index.ts';
import type { Way } from './campaign-ways.ts';
import { type FakePlatform, fakePlatform } from './fake-platform.ts';
import { withActivityWorkers } from './harness.ts';
import { exportHistory, recordHistory } from './history-file.ts';
import { assertNoPersonalData } from './personal-data.ts';

export type CampaignStory = FakePlatform & {
  readonly input: CampaignInput;
  readonly campaigns: CampaignWorkflows;
  readonly handle: WorkflowHandle<CampaignWorkflow>;
  readonly holdKey: string;
  /** Launches it; the same again when called again. */
  launch(): Promise<LaunchAnswer>;
  /** Names the campaign and a new request. */
  request(): { readonly campaignId: string; readonly requestId: string };
};

type Options = {
  /** The file under which its history is recorded. */
  readonly history?: string;
  readonly input?: Partial<CampaignInput>;
  /** Changes how services behave. */
  readonly given?: (platform: FakePlatform) => void;
  readonly instead?: (platform: FakePlatform) => { [K in keyof ActivityClients]?: Partial<ActivityClients[K]> };
};

/** Those that a campaign of these tests uses. */
const queues = [taskQueues.core, taskQueues.docs, taskQueues.dispatchWhatsapp, taskQueues.dispatchInapp] as const;

/** Runs `body` beside workers on fake services. No history may hold personal data, whatever happens. */
export async function campaignStory(
  { env, recorded }: Way,
  options: Options,
  body: (story: CampaignStory) => Promise<void>,
): Promise<void> {
  const platform = fakePlatform();
  options.given?.(platform);
  const instead = options.instead?.(platform) ?? {};
  const clients = Object.fromEntries(
    Object.entries(platform.clients).map(([name, client]) => [
      name,
      { ...client, ...instead[name as keyof ActivityClients] },
    ]),
  ) as unknown as ActivityClients; // the same keys, each with the same methods
  const activities = createActivities(clients);
  await withActivityWorkers(env, { activities, queues }, async () => {
    const input: CampaignInput = {
      campaignId: randomUUID(),
      shopId: randomUUID(),
      launchNo: 1,
      requestId: randomUUID(),
      sendAt: Date.now(),
      settleWindowSeconds: 3,
      ...options.input,
    };
    const { campaignId, launchNo, requestId } = input;
    const campaigns = createCampaignWorkflows(env.client);
    const workflowId = workflowIds.campaign(campaignId);
    const caller = { requestId, actorId: randomUUID() };
    const handle = env.client.workflow.getHandle<CampaignWorkflow>(workflowId);
    try {
      await body({
        ...platform,
        input,
        campaigns,
        handle,
        holdKey: holdKey(campaignId, launchNo),
        launch: () => runInCall(caller, () => campaigns.launch(input)),
        request: () => ({ campaignId, requestId: randomUUID() }),
      });
    } finally {
      await handle.terminate().catch(() => undefined); // the next story's workers would go on with it
    }
    const text = await exportHistory(env, workflowId);
    assertNoPersonalData(text);
    if (recorded && options.history !== undefined) await recordHistory(options.history, text);
  });
}
