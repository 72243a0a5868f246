import { after, before, describe } from 'node:test';
import { createWorkflowEnvironment, type WorkflowEnvironment } from '@doffers/testkit/temporal';
import { createWorkflowWorker } from './harness.ts';

/** Where a story plays: a Temporal server of its own, with a worker that runs workflows. */
export type Way = {
  readonly env: WorkflowEnvironment;
  /** Whether its histories are those to record: of a way that production knows. */
  readonly recorded: boolean;
};

type Conditions = {
  readonly recorded: boolean;
  readonly settings?: Readonly<Record<string, string>>;
  /** 0 replays every workflow from its beginning at each step. */
  readonly maxCachedWorkflows?: number;
};

/** The server asks for the next run early, as it does of a campaign to a million. */
const shortRuns = { 'limit.historyCount.suggestContinueAsNew': '60' };

/** Campaigns of many runs, none of which a worker remembers. */
export const replayedShortRuns: Conditions = { recorded: true, settings: shortRuns, maxCachedWorkflows: 0 };

const conditions: Readonly<Record<string, Conditions>> = {
  'as usual': { recorded: true },
  'in runs of 60 events': { recorded: false, settings: shortRuns },
  'replayed at every step': { recorded: false, maxCachedWorkflows: 0 },
};

/**
 * Declares the same tests for each way a campaign can be run: the length of a run and what a worker remembers must make
 * no difference. They run side by side, since they wait far more than they work.
 */
export function inEveryWay(declare: (way: Way) => void): void {
  describe('a campaign', { concurrency: true }, () => {
    for (const [name, how] of Object.entries(conditions)) {
      describe(name, { concurrency: 1 }, () => declare(inTheWay(how)));
    }
  });
}

/** The way for the tests of the suite that asks. */
export function inTheWay({ recorded, settings, maxCachedWorkflows = 200 }: Conditions): Way {
  let env: WorkflowEnvironment | undefined;
  let stop = () => Promise.resolve();
  before(async () => {
    env = await createWorkflowEnvironment(settings);
    const worker = await createWorkflowWorker(env, { entry: 'workflows/index.ts', maxCachedWorkflows });
    const running = worker.run();
    stop = () => {
      worker.shutdown();
      return running;
    };
  });
  after(async () => {
    await stop();
    await env?.close();
  });
  return {
    recorded,
    get env() {
      if (env === undefined) throw new Error('the server is there once the tests run');
      return env;
    },
  };
}
