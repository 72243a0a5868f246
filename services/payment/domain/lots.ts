import { type Paise, paise } from '@doffers/money';
import type { Journal } from './ledger.ts';

/** Whether credit was paid in or given as a promotion. A hold uses promotional credit first; `charge` sees to that. */
export type LotKind = 'paid' | 'promo';

/** One credit of a wallet and what is left of it. */
export type Lot = { readonly id: string; readonly remaining: Paise };

/** So much of one lot. */
export type LotUse = { readonly lotId: string; readonly amount: Paise };

/** By how much a journal changes what a shop has of each kind. */
export type LotChange = { readonly shopId: string; readonly kind: LotKind; readonly amount: Paise };

const kinds: Readonly<Record<string, LotKind>> = {
  WALLET_CASH: 'paid',
  WALLET_HELD_CASH: 'paid',
  WALLET_PROMO: 'promo',
  WALLET_HELD_PROMO: 'promo',
};

/** What a journal means for lots. To hold or release is no change: it only moves credit between two accounts. */
export function lotChanges({ lines }: Journal): readonly LotChange[] {
  const sums = new Map<string, LotChange>();
  for (const { account, debit, credit } of lines) {
    const kind = kinds[account.code];
    if (kind === undefined || account.shopId === undefined) continue;
    const name = `${account.shopId}/${kind}`;
    const amount = paise((sums.get(name)?.amount ?? 0) + credit - debit);
    sums.set(name, { shopId: account.shopId, kind, amount });
  }
  return [...sums.values()].filter(({ amount }) => amount !== 0);
}

/** Which lots pay an amount, in the order in which they are given; undefined when they do not cover it. */
export function spend(lots: readonly Lot[], amount: Paise): readonly LotUse[] | undefined {
  const uses: LotUse[] = [];
  let left: number = amount;
  for (const { id, remaining } of lots) {
    const part = paise(Math.min(left, remaining));
    if (part > 0) uses.push({ lotId: id, amount: part });
    left -= part;
  }
  return left > 0 ? undefined : uses;
}
