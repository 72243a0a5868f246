import { DomainError } from '@doffers/errors';
import type { Paise } from '@doffers/money';
import type { StateCode } from './place-of-supply.ts';

/** What a shopkeeper asks for; one `requestId` is one top-up. */
export type TopupRequest = {
  readonly shopId: string;
  readonly requestId: string;
  readonly amount: Paise;
  /** Whoever pays agrees that later top-ups may be taken without asking. */
  readonly savesMandate?: true;
};

/** An order to pay into a wallet. */
export type Topup = {
  readonly id: string;
  readonly shopId: string;
  readonly amount: Paise;
  /** Fixed when the top-up is opened, so that a payment is taxed as it was asked for. */
  readonly placeOfSupply: StateCode;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  /** The order at the payment gateway; undefined until the gateway has made it. */
  readonly orderId: string | undefined;
  /** Why the bank declined the last attempt to pay; the order stays open for another. */
  readonly lastFailure: string | undefined;
  /** The payment that was credited. */
  readonly payment: { readonly id: string; readonly creditedAt: Date } | undefined;
};

export type TopupState = 'open' | 'credited' | 'expired';

/** How long a shopkeeper may leave the checkout open. An order has no end at the gateway, so late payments do come. */
export const topupLifetimeMs = 30 * 60_000;

/** Follows from the clock: nothing has to run for a top-up to expire, and a payment that comes later still counts. */
export function topupState({ payment, expiresAt }: Topup, now: Date): TopupState {
  if (payment !== undefined) return 'credited';
  return now < expiresAt ? 'open' : 'expired';
}

export function topupNotFound(): DomainError {
  return new DomainError('not_found', 'TOPUP_NOT_FOUND', 'there is no such top-up');
}
