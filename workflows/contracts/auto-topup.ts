export type AutoTopupInput = { readonly topupId: string; readonly shopId: string };
export type AutoTopupResult = { readonly outcome: 'credited' | 'declined' };

export const autoTopupWorkflow = 'autoTopupWorkflow';
export type AutoTopupWorkflow = (input: AutoTopupInput) => Promise<AutoTopupResult>;
