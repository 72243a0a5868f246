import type { ActivityInterceptorsFactory, NativeConnection, WorkerOptions } from '@temporalio/worker';
import { type ActivityQueue, taskQueues } from '../contracts/task-queues.ts';

/** How many activities of a queue one process runs at a time. */
const slots: Readonly<Record<ActivityQueue, number>> = {
  core: 40,
  docs: 2,
  transactional: 20,
  'dispatch-whatsapp': 8,
  'dispatch-push': 8,
  'dispatch-inapp': 8,
};

export const activityQueues = Object.keys(slots) as readonly ActivityQueue[];

export type Place = { readonly connection: NativeConnection; readonly namespace: string };

/** A worker that only runs workflow code, so that a workflow task never waits for an activity. */
export function workflowWorkerOptions(
  place: Place,
  workflowBundle: { codePath: string },
  maxCachedWorkflows: number,
): WorkerOptions {
  return {
    ...place,
    taskQueue: taskQueues.workflow,
    workflowBundle,
    maxCachedWorkflows,
    maxConcurrentWorkflowTaskExecutions: 20,
    // After a crash the cached workflows of the dead worker go on elsewhere this late.
    stickyQueueScheduleToStartTimeout: '5s',
    shutdownForceTime: '30s',
  };
}

type ActivityOptions = {
  readonly taskQueue: ActivityQueue;
  readonly activities: object;
  readonly interceptors: ActivityInterceptorsFactory;
};

/** A worker for one queue of activities. */
export function activityWorkerOptions(place: Place, options: ActivityOptions): WorkerOptions {
  const { taskQueue, activities, interceptors } = options;
  return {
    ...place,
    taskQueue,
    activities,
    interceptors: { activity: [interceptors] },
    maxConcurrentActivityTaskExecutions: slots[taskQueue],
    // A cancellation is heard only in the answer to a heartbeat, and heartbeats are throttled to this.
    maxHeartbeatThrottleInterval: '1s',
    // On stop, running activities may finish; by default they would be cancelled at once, at every deployment.
    shutdownGraceTime: '20s',
    shutdownForceTime: '30s',
  };
}
