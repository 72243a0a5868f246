import type { Actor } from '@doffers/ownership';
import { hasEnded } from '../domain/campaign.ts';
import { getProgress, type Progress, type ProgressDeps } from './progress.ts';

export type WatchDeps = ProgressDeps & {
  /** Waits; ends at once when the signal aborts. */
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>;
};

const everyMs = 1_000;
/** An unchanged progress is told again after this many looks: the gateway cuts streams that are silent for a minute. */
const longestSilence = 20;

/**
 * Tells the progress whenever it has changed, at most once a second, until the campaign has ended; only the last event
 * is `done`.
 *
 * @throws DomainError `CAMPAIGN_NOT_FOUND` or `CAMPAIGN_STATE`
 */
export async function* watchCampaign(
  deps: WatchDeps,
  actor: Actor,
  campaignId: string,
  signal: AbortSignal,
): AsyncGenerator<{ readonly done: boolean; readonly progress: Progress }> {
  let told = '';
  for (let silent = 0; !signal.aborted; silent++) {
    const progress = await getProgress(deps, actor, campaignId);
    const done = hasEnded(progress);
    const text = JSON.stringify(progress);
    if (done || text !== told || silent >= longestSilence) {
      yield { done, progress };
      told = text;
      silent = 0;
    }
    if (done) return;
    await deps.pause(everyMs, signal);
  }
}
