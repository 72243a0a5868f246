import { randomUUID } from 'node:crypto';
import { describe } from 'node:test';
import type { Campaign } from '../domain/campaign.ts';
import { aCampaign } from './campaigns.ts';
import { fakeLaunches } from './fake-launches.ts';
import { launchesContract } from './launches-contract.ts';

describe('fake launches', () => {
  const campaigns = new Map<string, Campaign>();
  const launches = fakeLaunches(campaigns);
  launchesContract(() => ({
    launches,
    async draft() {
      const campaign = aCampaign({ id: randomUUID() });
      campaigns.set(campaign.id, campaign);
      return campaign;
    },
    read: async (id) => campaigns.get(id),
  }));
});
