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

type WorkflowOptions = {
  /** The bundle's entry; the tests' own by default. */
  readonly entry?: string;
  /** 0 replays every workflow from its beginning at each step. */
  readonly maxCachedWorkflows?: number;
};

type ActivityOptions = {
  readonly activities: object;
  readonly queues?: readonly ActivityQueue[];
  /** Activities at a time, for tests about what waits behind what. */
  readonly slots?: number;
};

type Options = WorkflowOptions & ActivityOptions;

/** Runs workflow code. It takes seconds to load that, so stories of one file may share this worker. */
export async function createWorkflowWorker(place: Place, options: WorkflowOptions): Promise<Worker> {
  const { entry = 'workflows/test/index.ts', maxCachedWorkflows = 200 } = options;
  return Worker.create(workflowWorkerOptions(place, await prepareWorkflowBundle({ entry }), maxCachedWorkflows));
}

/** Workers like the platform's, with `activities` in place of the real ones. */
export async function createWorkers(place: Place, options: Options): Promise<readonly Worker[]> {
  return Promise.all([createWorkflowWorker(place, options), ...createActivityWorkers(place, options)]);
}

function createActivityWorkers(place: Place, options: ActivityOptions): readonly Promise<Worker>[] {
  const { activities, queues = [taskQueues.core], slots } = options;
  const log = createLogger({ name: 'test', level: 'error' });
  const interceptors = activityInterceptors({
    watchAttempt: createWatchAttempt(log, new Registry()),
    logFailure: createLogFailure(log),
  });
  return queues.map((taskQueue) =>
    Worker.create({
      ...activityWorkerOptions(place, { taskQueue, activities, interceptors }),
      ...(slots === undefined ? {} : { maxConcurrentActivityTaskExecutions: slots }),
    }),
  );
}

/** Runs `body` beside such workers. */
export async function withWorkers<T>(env: WorkflowEnvironment, options: Options, body: () => Promise<T>): Promise<T> {
  return beside(await createWorkers(placeOf(env), options), body);
}

/** The same where workflows are run by a worker that is there already. */
export async function withActivityWorkers<T>(
  env: WorkflowEnvironment,
  options: ActivityOptions,
  body: () => Promise<T>,
): Promise<T> {
  return beside(await Promise.all(createActivityWorkers(placeOf(env), options)), body);
}

async function beside<T>(workers: readonly Worker[], body: () => Promise<T>): Promise<T> {
  const runs = workers.map((worker) => worker.run());
  try {
    return await body();
  } finally {
    for (const worker of workers) worker.shutdown();
    await Promise.all(runs);
  }
}

function placeOf({ connection, namespace }: WorkflowEnvironment): Place {
  return { connection, namespace };
}
