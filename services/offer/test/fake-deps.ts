import { shopNotFound } from '@doffers/ownership';
import type { Offer } from '../domain/offer.ts';
import type { Deps } from '../usecases/deps.ts';
import { fakeEntitlements } from './fake-entitlements.ts';
import { anOffer } from './offers.ts';

export const owner = { userId: anOffer().ownerId, admin: false };
export const stranger = { userId: '019ab000-0000-7000-8000-0000000000ff', admin: false };
export const admin = { userId: '019ab000-0000-7000-8000-0000000000fe', admin: true };

type Fake = Deps & { readonly stored: Map<string, Offer>; approved: boolean };

/** The outside of the use cases in memory: one approved shop, a clock that stands still. */
export function fakeDeps(...offers: readonly Offer[]): Fake {
  const stored = new Map(offers.map((offer) => [offer.id, offer]));
  const fake: Fake = {
    stored,
    approved: true,
    newId: () => '019ab000-0000-7000-8000-0000000000aa',
    now: () => new Date('2026-11-23T06:00:00Z'),
    async shopAccess(shopId) {
      const { shopId: known, ownerId, pincode } = anOffer();
      if (shopId !== known) throw shopNotFound();
      const shop = { shopId, ownerId, pincode, approved: fake.approved };
      return { ...shop, name: 'Asha Stores', state: 'Karnataka', gstin: '', address: '' };
    },
    entitlements: fakeEntitlements(),
    neighbours: async (pincode) => [{ pincode, distanceM: 0 }],
    nearby: { nearest: async () => [], endingSoonest: async () => [] },
    standings: {
      show: (offer) => fake.offers.save(offer),
      follow: async () => {},
    },
    units: {
      begin: async (unit) => ({ ...unit, state: 'reserving' }),
      giveUp: async () => true,
      forget: async () => {},
      listOverdue: async () => [],
    },
    offers: {
      findCreated: async () => undefined,
      async create(_input, offer) {
        stored.set(offer.id, offer);
        return offer;
      },
      find: async (id) => stored.get(id),
      findMany: async (ids) => [...stored.values()].filter(({ id }) => ids.includes(id)),
      listOfShop: async () => [...stored.values()],
      async save(offer) {
        const saved = { ...offer, version: offer.version + 1 };
        stored.set(offer.id, saved);
        return saved;
      },
      async deleteDraft(offer) {
        stored.delete(offer.id);
      },
    },
  };
  return fake;
}
