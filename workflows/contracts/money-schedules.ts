// What schedules run for the books; payment keeps the schedules.

export type MoneySweepResult = { readonly holds: number; readonly shops: number };

export const moneySweepWorkflow = 'moneySweepWorkflow';
export type MoneySweepWorkflow = () => Promise<MoneySweepResult>;

/** `failed` names the checks that could not go on; the run that `listReconciliations` shows says why. */
export type ReconciliationResult = {
  readonly breaks: number;
  readonly complete: boolean;
  readonly failed: readonly string[];
};

export const reconciliationWorkflow = 'reconciliationWorkflow';

export const monthlyInvoicesWorkflow = 'monthlyInvoicesWorkflow';
