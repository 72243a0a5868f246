import { DomainError } from '@doffers/errors';
import { shopNotFound } from '@doffers/ownership';
import type { Campaign } from '../domain/campaign.ts';
import type { Deps } from '../usecases/deps.ts';
import { aCampaign } from './campaigns.ts';

export const owner = { userId: aCampaign().ownerId, admin: false };
export const stranger = { userId: '019ab000-0000-7000-8000-0000000000ff', admin: false };

/** The outside of the use cases in memory: one shop with one offer, a directory that knows one PIN code. */
export function fakeDeps(...campaigns: readonly Campaign[]): Deps & { readonly stored: Map<string, Campaign> } {
  const stored = new Map(campaigns.map((campaign) => [campaign.id, campaign]));
  const { shopId: known, ownerId, offerId: ownOffer } = aCampaign();
  return {
    stored,
    newId: () => '019ab000-0000-7000-8000-0000000000ab',
    now: () => new Date('2026-11-23T06:00:00Z'),
    async shopAccess(shopId) {
      if (shopId !== known) throw shopNotFound();
      const shop = { shopId, ownerId, pincode: '560034', approved: true };
      return { ...shop, name: 'Asha Stores', state: 'Karnataka', gstin: '', address: '' };
    },
    directory: {
      async requireOffer(_shopId, offerId) {
        if (offerId !== ownOffer) throw new DomainError('not_found', 'OFFER_NOT_FOUND', 'there is no such offer');
      },
      async requirePincodes(pincodes) {
        const unknown = pincodes.find((pincode) => pincode !== '560034');
        if (unknown !== undefined)
          throw new DomainError('invalid_argument', 'PINCODE_UNKNOWN', 'there is no such PIN code');
      },
    },
    campaigns: {
      async createOnce(_input, make) {
        const campaign = make();
        stored.set(campaign.id, campaign);
        return campaign;
      },
      find: async (id) => stored.get(id),
      listOfShop: async () => [...stored.values()],
      async save(campaign) {
        const saved = { ...campaign, version: campaign.version + 1 };
        stored.set(campaign.id, saved);
        return saved;
      },
    },
  };
}
