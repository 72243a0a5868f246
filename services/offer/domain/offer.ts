import { DomainError } from '@doffers/errors';
import type { Paise } from '@doffers/money';

export type Discount = {
  /** What a customer gets; `amount` and `cap` are paise, a cap of 0 is none. */
  readonly kind: { readonly percent: number; readonly cap: Paise } | { readonly amount: Paise };
  /** Smallest bill the discount applies to; 0 is any. */
  readonly minBill: Paise;
};

/**
 * The state as its owner set it, `suspended` while its shop is; whether it has expired follows from the clock.
 */
export type OfferState = 'draft' | 'active' | 'paused' | 'suspended';

/** What a shopkeeper writes. */
export type OfferText = {
  readonly title: string;
  readonly description: string;
  readonly category: string;
  readonly discount: Discount;
  /** First moment of validity; undefined means from publication on. */
  readonly startAt: Date | undefined;
  /** First moment it is no longer valid. */
  readonly endAt: Date;
};

/** What a shopkeeper asks for; the request id makes it once. */
export type NewOffer = OfferText & { readonly shopId: string; readonly requestId: string };

export type Offer = OfferText & {
  readonly id: string;
  readonly shopId: string;
  readonly ownerId: string;
  readonly pincode: string;
  readonly state: OfferState;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  /** Rises with every change; the etag is made of it. */
  readonly version: number;
};

const longestPeriodMs = 366 * 24 * 3600 * 1000;

/**
 * Checks what a shopkeeper wrote beyond the shape of single fields.
 *
 * @throws DomainError `OFFER_PERIOD_INVALID` or `DISCOUNT_INVALID`
 */
export function checkOffer(text: OfferText, now: Date): void {
  const start = text.startAt ?? now;
  if (text.endAt <= now) throw periodInvalid('the end of an offer lies in the future');
  if (text.endAt <= start) throw periodInvalid('an offer ends after it starts');
  if (text.endAt.getTime() - start.getTime() > longestPeriodMs) throw periodInvalid('an offer lasts at most a year');
  checkDiscount(text.discount);
}

function checkDiscount({ kind, minBill }: Discount): void {
  // A flat amount above the smallest bill would make the shop pay its customers.
  if ('amount' in kind && minBill > 0 && kind.amount > minBill) {
    const message = 'the discount is larger than the smallest bill it applies to';
    throw new DomainError('invalid_argument', 'DISCOUNT_INVALID', message, {
      fields: [{ field: 'discount.minBillPaise', description: message, reason: 'below_discount' }],
    });
  }
}

function periodInvalid(message: string): DomainError {
  return new DomainError('invalid_argument', 'OFFER_PERIOD_INVALID', message, {
    fields: [{ field: 'endTime', description: message, reason: 'period' }],
  });
}

/** Whether customers see it: published, begun, and not over. The clock decides even when no timer has fired. */
export function isLive(offer: Offer, now: Date): boolean {
  return offer.state === 'active' && (offer.startAt ?? now) <= now && now < offer.endAt;
}

export function hasExpired(offer: Offer, now: Date): boolean {
  return offer.state !== 'draft' && offer.endAt <= now;
}

/**
 * Makes a draft or paused offer visible.
 *
 * @throws DomainError `OFFER_EXPIRED` or `OFFER_STATE`
 */
export function publish(offer: Offer, now: Date): Offer {
  if (offer.endAt <= now) {
    throw new DomainError('failed_precondition', 'OFFER_EXPIRED', 'this offer is over: give it a later end first');
  }
  if (offer.state === 'active') return offer;
  requireState(offer, ['draft', 'paused'], 'publish');
  return { ...offer, state: 'active' };
}

/** @throws DomainError `OFFER_STATE` */
export function requireState(offer: Offer, allowed: readonly OfferState[], deed: string): void {
  if (allowed.includes(offer.state)) return;
  const message = `cannot ${deed} an offer that is ${offer.state}`;
  throw new DomainError('failed_precondition', 'OFFER_STATE', message, { info: { state: offer.state } });
}

export function offerNotFound(): DomainError {
  return new DomainError('not_found', 'OFFER_NOT_FOUND', 'there is no such offer');
}
