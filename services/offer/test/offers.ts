import { paise } from '@doffers/money';
import type { Offer } from '../domain/offer.ts';

/** A draft that is valid on 23 November 2026; name only what the test is about. */
export function anOffer(changes: Partial<Offer> = {}): Offer {
  return {
    id: '019ab000-0000-7000-8000-000000000001',
    shopId: '019ab000-0000-7000-8000-00000000000a',
    ownerId: '019ab000-0000-7000-8000-00000000000b',
    title: 'Flat 20% off',
    description: '',
    category: 'grocery',
    discount: { kind: { percent: 20, cap: paise(0) }, minBill: paise(0) },
    startAt: undefined,
    endAt: new Date('2026-12-24T18:30:00Z'),
    pincode: '560034',
    state: 'draft',
    createdAt: new Date('2026-11-23T06:00:00Z'),
    updatedAt: new Date('2026-11-23T06:00:00Z'),
    version: 1,
    ...changes,
  };
}
