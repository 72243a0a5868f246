import { defineUpdate } from './definitions.ts';

/** What a person decided about a compensation that did not succeed. `handled` means: done outside, do not try again. */
export type CompensationDecision = {
  readonly step: string;
  readonly decision: 'retry' | 'handled';
  /** Why, for whoever reads the history. No personal data. */
  readonly note: string;
};

/** Every workflow with a saga answers it. Rejected with `NOT_WAITING` for a step that waits for nobody. */
export const resolveCompensationUpdate = defineUpdate<void, [CompensationDecision]>('resolveCompensation');
