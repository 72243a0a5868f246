import { launchFailure } from '../domain/launch.ts';
import type { StuckLaunch } from '../repositories/launch-repository.ts';
import type { Deps } from './deps.ts';
import { finishLaunch } from './finish-launch.ts';

/** Longer than a caller of a launch usually waits, so that the sweep rarely meets a living one. */
const stuckMs = 10_000;
const atOnce = 20;

type SweepDeps = Pick<Deps, 'launches' | 'workflows' | 'now'> & {
  /** Runs the work on a launch as a call of its own. */
  readonly inCall: (launch: StuckLaunch, work: () => Promise<void>) => Promise<void>;
};

/**
 * Finishes launches whose caller never came back. A refusal is an end too; what cannot be asked stays for the next time.
 * Answers how many were finished.
 */
export async function sweepLaunches(deps: SweepDeps): Promise<number> {
  const before = new Date(deps.now().getTime() - stuckMs);
  let finished = 0;
  for (const launch of await deps.launches.listStuck(before, atOnce)) {
    await deps.inCall(launch, async () => {
      try {
        await finishLaunch(deps, launch, launch.shopId);
      } catch (error) {
        if (launchFailure(error) === undefined) throw error;
      }
      finished++;
    });
  }
  return finished;
}
