import { createLogger } from '@doffers/process';
import type { WorkflowEnvironment } from '@doffers/testkit/temporal';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { Registry } from 'prom-client';
import { prepareWorkflowBundle } from '../bundle.ts';
import { type ActivityQueue, taskQueues } from '../contracts/task-queues.ts';
import { activityInterceptors } from '../worker/activity-interceptors.ts';
import { createWatchAttempt } from '../worker/attempts.ts';
import { activityWorkerOptions, workflowWorkerOptions } from '../worker/worker-options.ts';

export const testEntry = 'workflows/test/index.ts';

/** Refused and late activities are what many tests are about; the SDK would print each of them. */
Runtime.install({
  logger: new DefaultLogger('ERROR', () => undefined),
  telemetryOptions: { logging: { filter: { core: 'ERROR' }, forward: {} } },
  shutdownSignals: [],
});

type Options = {
  readonly activities: object;
  readonly queues?: readonly ActivityQueue[];
  /** Activities at a time, for tests about what waits behind what. */
  readonly slots?: number;
  readonly entry?: string;
  readonly registry?: Registry;
};

/** Runs `body` while workers like the platform's run, with `activities` in place of the real ones. */
export async function withWorkers<T>(
  env: WorkflowEnvironment,
  { activities, queues = [taskQueues.core], slots, entry = testEntry, registry = new Registry() }: Options,
  body: () => Promise<T>,
): Promise<T> {
  const { connection, namespace } = env;
  const interceptors = activityInterceptors(
    createWatchAttempt(createLogger({ name: 'test', level: 'error' }), registry),
  );
  const options = [
    workflowWorkerOptions({ connection, namespace }, await prepareWorkflowBundle({ entry })),
    ...queues.map((taskQueue) => ({
      ...activityWorkerOptions({ connection, namespace }, { taskQueue, activities, interceptors }),
      ...(slots === undefined ? {} : { maxConcurrentActivityTaskExecutions: slots }),
    })),
  ];
  const workers = await Promise.all(options.map((option) => Worker.create(option)));
  const runs = workers.map((worker) => worker.run());
  try {
    return await body();
  } finally {
    for (const worker of workers) worker.shutdown();
    await Promise.all(runs);
  }
}

/** A promise to be resolved from outside, for activities that a test lets go at a moment of its choice. */
export function gate() {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { opened: promise, open: () => resolve() };
}
