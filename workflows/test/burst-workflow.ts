import { proxyActivities } from '@temporalio/workflow';
import { dispatchClass } from '../lib/activity-classes.ts';

export type BurstActivities = { send(shopId: string): Promise<void> };

/** Queues many chunks of one shop at once. */
export async function burstWorkflow({ shopId, chunks }: { shopId: string; chunks: number }): Promise<void> {
  const { send } = proxyActivities<BurstActivities>(dispatchClass({ taskQueue: 'dispatch-push', shopId }));
  await Promise.all(Array.from({ length: chunks }, () => send(shopId)));
}
