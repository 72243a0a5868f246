import { createLogger } from '@doffers/process';
import type { WorkflowEnvironment } from '@doffers/testkit/temporal';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { Registry } from 'prom-client';
import { prepareWorkflowBundle } from '../bundle.ts';
import { type ActivityQueue, taskQueues } from '../contracts/task-queues.ts';
import { activityInterceptors } from '../worker/activity-interceptors.ts';
import { createWatchAttempt } from '../worker/attempts.ts';
import { createLogFailure } from '../worker/log-failure.ts';
import { activityWorkerOptions, type Place, workflowWorkerOptions } from '../worker/worker-options.ts';

/** Refused and late activities are what many tests are about; the SDK would print each of them. */
Runtime.install({
  logger: new DefaultLogger('ERROR', () => undefined),
  // Not forwarded: that would keep a test process alive whose server did not start.
  telemetryOptions: { logging: { filter: { core: 'ERROR' } } },
  shutdownSignals: [],
});

type Options = {
  readonly activities: object;
  readonly queues?: readonly ActivityQueue[];
  /** Activities at a time, for tests about what waits behind what. */
  readonly slots?: number;
  /** The bundle's entry; the tests' own by default. */
  readonly entry?: string;
  /** 0 replays every workflow from its beginning at each step. */
  readonly maxCachedWorkflows?: number;
};

/** Workers like the platform's, with `activities` in place of the real ones. */
export async function createWorkers(place: Place, options: Options): Promise<readonly Worker[]> {
  const {
    activities,
    queues = [taskQueues.core],
    slots,
    entry = 'workflows/test/index.ts',
    maxCachedWorkflows = 200,
  } = options;
  const log = createLogger({ name: 'test', level: 'error' });
  const interceptors = activityInterceptors({
    watchAttempt: createWatchAttempt(log, new Registry()),
    logFailure: createLogFailure(log),
  });
  const workers = [
    workflowWorkerOptions(place, await prepareWorkflowBundle({ entry }), maxCachedWorkflows),
    ...queues.map((taskQueue) => ({
      ...activityWorkerOptions(place, { taskQueue, activities, interceptors }),
      ...(slots === undefined ? {} : { maxConcurrentActivityTaskExecutions: slots }),
    })),
  ];
  return Promise.all(workers.map((worker) => Worker.create(worker)));
}

/** Runs `body` beside such workers. */
export async function withWorkers<T>(
  { connection, namespace }: WorkflowEnvironment,
  options: Options,
  body: () => Promise<T>,
): Promise<T> {
  const workers = await createWorkers({ connection, namespace }, options);
  const runs = workers.map((worker) => worker.run());
  try {
    return await body();
  } finally {
    for (const worker of workers) worker.shutdown();
    await Promise.all(runs);
  }
}
