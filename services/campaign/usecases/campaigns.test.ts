import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DomainError } from '@doffers/errors';
import { aCampaign } from '../test/campaigns.ts';
import { fakeDeps, owner, stranger } from '../test/fake-deps.ts';
import { createCampaign } from './create-campaign.ts';
import { getCampaign } from './get-campaign.ts';
import { listCampaigns } from './list-campaigns.ts';
import { updateCampaign } from './update-campaign.ts';

const draft = aCampaign();
const { name, channels, content, audience, shopId, offerId } = draft;
const plan = { name, channels, content, audience };

describe('createCampaign', () => {
  const input = { ...plan, shopId, offerId, requestId: 'r1' };

  it('writes a draft for an offer of the shop', async () => {
    const campaign = await createCampaign(fakeDeps(), owner, input);
    assert.deepEqual([campaign.state, campaign.offerId, campaign.ownerId], ['draft', offerId, owner.userId]);
  });

  it('answers a repetition with the first draft, also when its offer is gone by then', async () => {
    const deps = fakeDeps();
    const campaign = await createCampaign(deps, owner, input);
    const offerOf = () => Promise.reject(new DomainError('not_found', 'OFFER_NOT_FOUND', 'gone'));
    const later = { ...deps, directory: { ...deps.directory, offerOf } };
    assert.deepEqual(await createCampaign(later, owner, input), campaign);
    assert.equal(deps.stored.size, 1);
  });

  it("stores nothing for a stranger, another shop's offer, an unknown PIN code or an empty text", async () => {
    const deps = fakeDeps();
    const nowhere = { pincodes: ['560034', '999999'], radiusKm: 0, cities: [], activeWithinDays: 0 };
    await assert.rejects(createCampaign(deps, stranger, input), { reason: 'SHOP_NOT_FOUND' });
    await assert.rejects(createCampaign(deps, owner, { ...input, offerId: shopId }), { reason: 'OFFER_NOT_FOUND' });
    await assert.rejects(createCampaign(deps, owner, { ...input, audience: nowhere }), { reason: 'PINCODE_UNKNOWN' });
    await assert.rejects(createCampaign(deps, owner, { ...input, content: { ...content, title: '' } }), {
      reason: 'CHANNEL_CONTENT_MISSING',
    });
    assert.equal(deps.stored.size, 0);
  });
});

describe('reading campaigns', () => {
  it('is for the owner; a stranger finds nothing', async () => {
    assert.deepEqual(await getCampaign(fakeDeps(draft), owner, draft.id), draft);
    await assert.rejects(getCampaign(fakeDeps(draft), stranger, draft.id), { reason: 'CAMPAIGN_NOT_FOUND' });
    const page = { shopId, limit: 21, after: undefined };
    assert.deepEqual(await listCampaigns(fakeDeps(draft), owner, page), [draft]);
    await assert.rejects(listCampaigns(fakeDeps(draft), stranger, page), { reason: 'SHOP_NOT_FOUND' });
  });
});

describe('updateCampaign', () => {
  const change = (changes: object = {}) => ({
    campaignId: draft.id,
    etag: '',
    paths: ['name'],
    patch: { ...plan, name: 'New' },
    validate: () => {},
    ...changes,
  });

  it('changes what the mask names and raises the version', async () => {
    const campaign = await updateCampaign(fakeDeps(draft), owner, change());
    assert.deepEqual([campaign.name, campaign.version], ['New', 2]);
  });

  it('checks a new audience and the merged plan before it stores anything', async () => {
    const deps = fakeDeps(draft);
    const nowhere = change({
      paths: ['audience'],
      patch: { ...plan, audience: { pincodes: ['999999'], radiusKm: 0, cities: [], activeWithinDays: 0 } },
    });
    await assert.rejects(updateCampaign(deps, owner, nowhere), { reason: 'PINCODE_UNKNOWN' });
    const mute = change({ paths: ['channels'], patch: { ...plan, channels: ['whatsapp'] } });
    await assert.rejects(updateCampaign(deps, owner, mute), { reason: 'CHANNEL_CONTENT_MISSING' });
    await assert.rejects(updateCampaign(deps, owner, change({ etag: '"7"' })), { reason: 'ETAG_MISMATCH' });
    assert.deepEqual(deps.stored.get(draft.id), draft);
  });
});
