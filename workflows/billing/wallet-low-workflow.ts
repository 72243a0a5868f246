import type { WalletLowInput } from '../contracts/wallet.ts';
import { tellOwner } from './tell-owner.ts';

/** Tells the owner of a shop that its wallet has become low; one workflow for each time that it does. */
export async function walletLowWorkflow({ shopId, availablePaise }: WalletLowInput): Promise<void> {
  await tellOwner(shopId, 'low', { kind: 'wallet-low', amountPaise: availablePaise });
}
