import type { Campaign } from '../domain/campaign.ts';

/** A draft for push and inbox around PIN 560034; name only what the test is about. */
export function aCampaign(changes: Partial<Campaign> = {}): Campaign {
  return {
    id: '019ab000-0000-7000-8000-0000000000c1',
    shopId: '019ab000-0000-7000-8000-00000000000a',
    ownerId: '019ab000-0000-7000-8000-00000000000b',
    offerId: '019ab000-0000-7000-8000-000000000001',
    name: 'Diwali week',
    channels: ['push', 'in_app'],
    content: {
      title: 'Flat 20% off',
      body: 'Today at Asha Stores',
      whatsappTemplate: '',
      whatsappLanguage: '',
      whatsappVariables: [],
    },
    audience: { pincodes: ['560034'], radiusKm: 2, cities: [], activeWithinDays: 0 },
    state: 'draft',
    launchNo: 0,
    createdAt: new Date('2026-11-23T06:00:00Z'),
    updatedAt: new Date('2026-11-23T06:00:00Z'),
    version: 1,
    ...changes,
  };
}
