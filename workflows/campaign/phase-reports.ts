import { log, proxyActivities } from '@temporalio/workflow';
import type { CampaignActivities, PhaseReport } from '../activities/campaign-activities.ts';
import { activityClasses } from '../lib/activity-classes.ts';
import { reasonOf } from '../lib/refusals.ts';

const { recordPhase } = proxyActivities<CampaignActivities>(activityClasses.undo);

/**
 * Tells the campaign service about phases, one after the other and beside the work: a campaign service that is away
 * holds no message back.
 */
export class PhaseReports {
  #sequence: number;
  #open = 0;
  #last: Promise<void> = Promise.resolve();

  constructor(sequence: number) {
    this.#sequence = sequence;
  }

  get sequence(): number {
    return this.#sequence;
  }

  /** True while the last phase is not known there. */
  get open(): boolean {
    return this.#open > 0;
  }

  add(report: Omit<PhaseReport, 'sequence'>): void {
    this.#sequence += 1;
    this.#open += 1;
    const numbered = { ...report, sequence: this.#sequence };
    this.#last = this.#last.then(() => this.#send(numbered));
  }

  /** Resolves when everything is told. */
  told(): Promise<void> {
    return this.#last;
  }

  async #send(report: PhaseReport): Promise<void> {
    try {
      await recordPhase(report);
    } catch (error) {
      log.warn('a phase was refused', { phase: report.phase, reason: reasonOf(error) });
    } finally {
      this.#open -= 1;
    }
  }
}
