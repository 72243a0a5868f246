import type { Paise } from '@doffers/money';
import type { AutoTopup } from './auto-topup.ts';
import { totalsOf, type Wallet } from './wallet.ts';

/** What a shop wishes for its wallet. */
export type WalletSettings = {
  readonly shopId: string;
  /** The owner is told when less than this can be spent; undefined when never. */
  readonly alertBelow: Paise | undefined;
  /** Undefined when the wallet is not topped up by itself. */
  readonly autoTopup: AutoTopup | undefined;
  readonly updatedAt: Date | undefined;
};

/** Where a wallet stands towards its alert: whether its owner knows that it is low, and how often that was so. */
export type LowMark = { readonly isLow: boolean; readonly crossings: number };

export function noSettings(shopId: string): WalletSettings {
  return { shopId, alertBelow: undefined, autoTopup: undefined, updatedAt: undefined };
}

/**
 * Follows a wallet across its threshold. Each way down is one crossing, which its owner is told of once; the way up only
 * makes the next one possible.
 */
export function follow(
  mark: LowMark,
  wallet: Wallet,
  { alertBelow }: Pick<WalletSettings, 'alertBelow'>,
): LowMark & { crossed: boolean } {
  const isLow = alertBelow !== undefined && totalsOf(wallet).available < alertBelow;
  const crossed = isLow && !mark.isLow;
  return { isLow, crossings: mark.crossings + (crossed ? 1 : 0), crossed };
}
