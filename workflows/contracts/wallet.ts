/** `crossing` counts how often the wallet has become low. */
export type WalletLowInput = { readonly shopId: string; readonly crossing: number; readonly availablePaise: number };

export const walletLowWorkflow = 'walletLowWorkflow';
export type WalletLowWorkflow = (input: WalletLowInput) => Promise<void>;
