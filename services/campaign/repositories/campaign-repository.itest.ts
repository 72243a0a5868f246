import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createDatabase, type Database, migrate, newId } from '@doffers/database';
import { createTestDatabase, type TestDatabase } from '@doffers/testkit';
import type { Campaign } from '../domain/campaign.ts';
import { aCampaign } from '../test/campaigns.ts';
import { type CampaignRepository, createCampaignRepository } from './campaign-repository.ts';
import { tables } from './tables.ts';

describe('campaign repository', () => {
  let place: TestDatabase;
  let db: Database;
  let campaigns: CampaignRepository;
  before(async () => {
    place = await createTestDatabase('campaign');
    db = createDatabase({ url: place.url, ...tables });
    await migrate(db);
    await db.initialize();
    campaigns = createCampaignRepository(db);
  });
  after(async () => {
    await db.destroy();
    await place.drop();
  });

  const asked = ({ shopId, offerId, name, channels, content, audience }: Campaign, requestId: string) => ({
    shopId,
    offerId,
    name,
    channels,
    content,
    audience,
    requestId,
  });
  const stored = (changes: Partial<Campaign> = {}) => {
    const campaign = aCampaign({ id: newId(), shopId: newId(), ...changes });
    return campaigns.createOnce(asked(campaign, newId()), () => campaign);
  };

  it('gives back what was stored, texts of every script and lists included', async () => {
    const content = {
      title: 'दिवाली 🪔',
      body: 'छूट',
      whatsappTemplate: 'offer_alert',
      whatsappLanguage: 'hi',
      whatsappVariables: ['आशा', '20%'],
    };
    const campaign = await stored({ content, channels: ['whatsapp', 'in_app'] });
    assert.deepEqual(await campaigns.find(campaign.id), campaign);
    assert.deepEqual(campaign.content, content);
  });

  it('makes one campaign of parallel calls with the same request id, and refuses other content under it', async () => {
    const campaign = aCampaign({ shopId: newId() });
    const input = asked(campaign, 'same');
    const calls = Array.from({ length: 20 }, () => campaigns.createOnce(input, () => ({ ...campaign, id: newId() })));
    const ids = new Set((await Promise.all(calls)).map(({ id }) => id));
    assert.equal(ids.size, 1);
    await assert.rejects(
      campaigns.createOnce({ ...input, name: 'Other' }, () => campaign),
      { reason: 'IDEMPOTENCY_KEY_REUSED' },
    );
    const all = await campaigns.listOfShop({ shopId: campaign.shopId, limit: 10, after: undefined });
    assert.deepEqual(
      all.map(({ id }) => id),
      [...ids],
    );
  });

  it('lets one of two parallel changes win and tells the other', async () => {
    const campaign = await stored();
    const results = await Promise.allSettled(['First', 'Second'].map((name) => campaigns.save({ ...campaign, name })));
    assert.deepEqual(results.map(({ status }) => status).toSorted(), ['fulfilled', 'rejected']);
    assert.equal((await campaigns.find(campaign.id))?.version, 2);
  });
});
