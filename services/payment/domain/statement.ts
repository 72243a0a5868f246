import { type Paise, paise } from '@doffers/money';
import type { JournalKind } from './ledger.ts';
import type { Supply } from './supply.ts';

/** What a journal has changed in a wallet: nothing of what is only set aside or given back to it. */
export type Movement = {
  readonly at: Date;
  readonly kind: JournalKind;
  readonly reference: string;
  readonly cash: Paise;
  readonly promo: Paise;
};

export type Balance = { readonly cash: Paise; readonly promo: Paise };

/** A wallet's movements of one month in India, oldest first, each with the balance behind it. */
export type Statement = {
  /** For example 2026-11. */
  readonly period: string;
  readonly parties: Pick<Supply, 'supplier' | 'recipient' | 'placeOfSupply'>;
  readonly opening: Balance;
  readonly rows: readonly (Movement & { readonly balance: Balance })[];
  readonly closing: Balance;
  /** When it was drawn up: of a month that is not over it shows what there was by then. */
  readonly at: Date;
};

/** Adds the movements up from the opening balance. */
export function statement(
  about: Pick<Statement, 'period' | 'parties' | 'at'>,
  opening: Balance,
  movements: readonly Movement[],
): Statement {
  let balance = opening;
  const rows = movements.map((movement) => {
    balance = { cash: paise(balance.cash + movement.cash), promo: paise(balance.promo + movement.promo) };
    return { ...movement, balance };
  });
  return { ...about, opening, rows, closing: balance };
}

/** What happened, as a shopkeeper calls it. */
export const movementNames: Readonly<Record<JournalKind, string>> = {
  topup: 'Top-up',
  hold: 'Set aside',
  capture: 'Campaign messages',
  release: 'Given back',
  reversal: 'Campaign messages taken back',
  promo_grant: 'Promotional credit',
  promo_expiry: 'Promotional credit expired',
  pack_purchase: 'Pack',
  pack_refund: 'Pack refunded',
  subscription_charge: 'Subscription',
  subscription_refund: 'Subscription refunded',
  payment_return: 'Payment returned',
  topup_refund: 'Paid back to you',
  refund_paid: 'Refund paid',
  credit_note: 'Credit note',
};
