import { DomainError } from '@doffers/errors';
import { type Paise, paise } from '@doffers/money';
import { credit, debit, type Journal, journal } from './ledger.ts';

/** Promotional credit that an admin gives a shop; one `requestId` of one admin is one grant. */
export type GrantRequest = {
  readonly shopId: string;
  readonly requestId: string;
  readonly amount: Paise;
  readonly expiresAt: Date;
  readonly reason: string;
};

/** A year, after which nobody remembers why. */
const longestMs = 366 * 24 * 3_600_000;

/**
 * The journal of a grant. It is the platform's expense at once; what is not used comes back when it ends.
 *
 * @throws DomainError `EXPIRE_TIME_INVALID`
 */
export function grantJournal(grantId: string, { shopId, amount, expiresAt }: GrantRequest, now: Date): Journal {
  const life = expiresAt.getTime() - now.getTime();
  if (life <= 0 || life > longestMs) {
    const message = 'promotional credit ends at some time within a year from now';
    throw new DomainError('invalid_argument', 'EXPIRE_TIME_INVALID', message);
  }
  return journal(
    { key: `promo-grant/${grantId}`, kind: 'promo_grant', reference: `promo-grant/${grantId}`, expiresAt },
    [debit({ code: 'PROMO_EXPENSE' }, amount), credit({ code: 'WALLET_PROMO', shopId }, amount)],
  );
}

/**
 * The journal that takes expired credit away; undefined when there is nothing to take. Open holds keep what they have
 * set aside, and they use first what ends first.
 */
export function expiryJournal(
  about: { readonly shopId: string; readonly sweepId: string },
  expired: Paise,
  held: Paise,
): Journal | undefined {
  const { shopId, sweepId } = about;
  const gone = paise(Math.max(0, expired - held));
  if (gone === 0) return undefined;
  const key = `promo-expiry/${shopId}/${sweepId}`;
  return journal({ key, kind: 'promo_expiry', reference: key }, [
    debit({ code: 'WALLET_PROMO', shopId }, gone),
    credit({ code: 'PROMO_EXPENSE' }, gone),
  ]);
}
