import { DomainError } from '@doffers/errors';

/** When an offer holds, as far as a campaign for it must know. */
export type OfferPeriod = {
  /** Published and not taken down. */
  readonly active: boolean;
  /** First moment of validity; undefined means from publication on. */
  readonly startAt: Date | undefined;
  /** First moment it is no longer valid: nothing is sent from then on. */
  readonly endAt: Date;
};

/**
 * Whether a campaign for the offer may be prepared: an offer that has not begun yet may still be quoted.
 *
 * @throws DomainError `OFFER_NOT_LIVE`
 */
export function assertPublished({ active, endAt }: OfferPeriod, now: Date): void {
  if (!active) throw notLive('the offer is not published: publish it first');
  if (endAt <= now) throw notLive('the offer has ended');
}

/**
 * Whether the offer holds when the messages go out.
 *
 * @throws DomainError `OFFER_NOT_LIVE`
 */
export function assertLiveAt(offer: OfferPeriod, sendAt: Date): void {
  assertPublished(offer, sendAt);
  if (offer.startAt !== undefined && sendAt < offer.startAt) throw notLive('the offer has not begun at the send time');
}

function notLive(message: string): DomainError {
  return new DomainError('failed_precondition', 'OFFER_NOT_LIVE', message);
}
