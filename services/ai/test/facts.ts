import { paise } from '@doffers/money';
import type { OfferFacts } from '../domain/offer-facts.ts';

/** 20 % off, at most ₹500, on bills above ₹1,000, until the end of 24 December 2026 in India. */
export function someFacts(changes: Partial<OfferFacts> = {}): OfferFacts {
  return {
    shopName: 'Asha Stores',
    title: 'Flat 20% off',
    description: '',
    percent: 20,
    amounts: [paise(50_000), paise(100_000)],
    startAt: undefined,
    endAt: new Date('2026-12-24T18:30:00Z'),
    ...changes,
  };
}
