import type { ActivityOptions } from '@temporalio/workflow';
import { ActivityCancellationType } from '@temporalio/workflow';
import { taskQueues } from '../contracts/task-queues.ts';

const backOff = { initialInterval: '500ms', backoffCoefficient: 2 } as const;

/**
 * How patient a workflow is with each kind of activity. What a service refuses for good is never retried, whatever the
 * class: `activities/failures.ts` marks it. The reasons named here end the retries even if a service words them mildly.
 */
export const activityClasses = {
  /** Reading, validating, quoting. */
  read: {
    taskQueue: taskQueues.core,
    startToCloseTimeout: '5s',
    retry: { ...backOff, maximumInterval: '30s' },
  },
  /** Holding, charging, granting, while nobody can wait for ever. A workflow whose caller may wait drops the limit. */
  money: {
    taskQueue: taskQueues.core,
    startToCloseTimeout: '10s',
    scheduleToCloseTimeout: '5m',
    retry: {
      ...backOff,
      maximumInterval: '30s',
      nonRetryableErrorTypes: ['INSUFFICIENT_FUNDS', 'DECLINED', 'VOIDED'],
    },
  },
  /** Undoing and settling: as often as it takes. What is refused here needs a person; see `Saga`. */
  undo: {
    taskQueue: taskQueues.core,
    startToCloseTimeout: '10s',
    retry: { ...backOff, maximumInterval: '1m' },
  },
  /** Freezing an audience; heartbeats, and resumes from what it has stored. */
  snapshot: {
    taskQueue: taskQueues.core,
    startToCloseTimeout: '10m',
    heartbeatTimeout: '30s',
    retry: { ...backOff, maximumInterval: '30s' },
  },
  /** Rendering and storing a document, however long the storage is away. After a day a person looks. */
  document: {
    taskQueue: taskQueues.docs,
    startToCloseTimeout: '60s',
    heartbeatTimeout: '15s',
    scheduleToCloseTimeout: '24h',
    retry: { ...backOff, maximumInterval: '1m' },
  },
  /** Reporting to an authority, whose portal may be away for hours. After a day a person looks. */
  portal: {
    taskQueue: taskQueues.core,
    startToCloseTimeout: '30s',
    scheduleToCloseTimeout: '24h',
    retry: { ...backOff, maximumInterval: '10m' },
  },
  /** Telling somebody something. A day later it is no news. */
  notify: {
    taskQueue: taskQueues.core,
    startToCloseTimeout: '30s',
    scheduleToCloseTimeout: '24h',
    retry: { ...backOff, maximumInterval: '5m' },
  },
} satisfies Record<string, ActivityOptions>;

type Dispatch = {
  readonly taskQueue: 'dispatch-whatsapp' | 'dispatch-push' | 'dispatch-inapp';
  readonly shopId: string;
  /** A share of the slots relative to other shops, usually by plan. */
  readonly weight?: number;
};

/**
 * Sending a chunk. The fairness key makes a small shop's chunk overtake a big one's queue. A dead worker is noticed by
 * the missing heartbeat, and a cancelled chunk is waited for, since the messages in flight still go out.
 */
export function dispatchClass({ taskQueue, shopId, weight = 1 }: Dispatch): ActivityOptions {
  return {
    taskQueue,
    startToCloseTimeout: '2m',
    heartbeatTimeout: '10s',
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    retry: { initialInterval: '1s', maximumInterval: '30s' },
    priority: { priorityKey: 3, fairnessKey: shopId, fairnessWeight: weight },
  };
}
