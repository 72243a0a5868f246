// What schedules run for the books; payment keeps the schedules.

export type MoneySweepResult = { readonly holds: number; readonly shops: number };

export const moneySweepWorkflow = 'moneySweepWorkflow';
export type MoneySweepWorkflow = () => Promise<MoneySweepResult>;

export const reconciliationWorkflow = 'reconciliationWorkflow';

export const monthlyInvoicesWorkflow = 'monthlyInvoicesWorkflow';
