import { after, before, describe } from 'node:test';
import { createWorkflowEnvironment, type WorkflowEnvironment } from '@doffers/testkit/temporal';

/** Where a story plays: a Temporal server of its own, and how the workers beside it keep workflows. */
export type Way = {
  readonly env: WorkflowEnvironment;
  /** 0 replays every workflow from its beginning at each step. */
  readonly maxCachedWorkflows?: number;
  /** Whether its histories are those to record: of a way that production knows. */
  readonly recorded: boolean;
};

type Conditions = Omit<Way, 'env'> & { readonly settings?: Readonly<Record<string, string>> };

/** The server asks for the next run early, as it does of a campaign to a million. */
export const shortRuns = { 'limit.historyCount.suggestContinueAsNew': '60' };

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
    for (const [name, { settings, ...how }] of Object.entries(conditions)) {
      describe(name, { concurrency: 1 }, () => {
        let env: WorkflowEnvironment | undefined;
        before(async () => void (env = await createWorkflowEnvironment(settings)));
        after(() => env?.close());
        declare({
          ...how,
          get env() {
            if (env === undefined) throw new Error('the server is there once the tests run');
            return env;
          },
        });
      });
    }
  });
}
