import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { CampaignService } from '@doffers/proto/campaign/v1/campaign_service';
import { Channel } from '@doffers/proto/campaign/v1/channel';
import type { Client } from '@doffers/rpc';
import { startTestServer, type TestServer } from '@doffers/testkit';
import { aCampaign } from '../test/campaigns.ts';
import { fakeDeps, owner, stranger } from '../test/fake-deps.ts';
import { createCampaignHandlers } from './campaign-handlers.ts';

const draft = aCampaign();

describe('CampaignService over gRPC', () => {
  const deps = fakeDeps(draft);
  let server: TestServer;
  let shopkeeper: Client<typeof CampaignService>;
  before(async () => {
    server = await startTestServer('campaign', (serve) => serve(CampaignService, createCampaignHandlers(deps)));
    shopkeeper = await server.user(CampaignService, { userId: owner.userId, roles: ['shopkeeper'] });
  });
  after(() => server.stop());

  it('gives a campaign back as it was written', async () => {
    const content = {
      title: 'दिवाली',
      body: 'Come',
      whatsappTemplate: 'offer_announcement',
      whatsappVariables: ['Asha', 'Asha Stores', '20%', '30 November'],
    };
    const written = {
      name: 'Diwali',
      channels: [Channel.WHATSAPP, Channel.IN_APP],
      content,
      audience: { pincodes: ['560034'], radiusKm: 2.5 },
    };
    const request = { ...written, shopId: draft.shopId, offerId: draft.offerId, requestId: 'r1' };
    const { campaignId } = await shopkeeper.createCampaign(request);
    const read = await shopkeeper.getCampaign({ campaignId });
    assert.deepEqual(read.channels, written.channels);
    assert.deepEqual(read.content?.whatsappVariables, content.whatsappVariables);
    assert.deepEqual(
      [read.content?.title, read.audience?.radiusKm, read.audience?.pincodes],
      ['दिवाली', 2.5, ['560034']],
    );
  });

  it('refuses a channel twice, none at all and one that does not exist', async () => {
    const { name, shopId, offerId } = draft;
    const base = {
      name,
      shopId,
      offerId,
      requestId: 'r2',
      content: { title: 'a', body: 'b' },
      audience: draft.audience,
    };
    for (const channels of [[Channel.PUSH, Channel.PUSH], [], [Channel.CHANNEL_UNSPECIFIED], [9 as Channel]]) {
      const request = { ...base, channels, audience: { pincodes: ['560034'], radiusKm: 0 } };
      await assert.rejects(shopkeeper.createCampaign(request), { reason: 'VALIDATION' });
    }
  });

  it('checks the merged campaign of an update, not the partial one', async () => {
    const change = (campaign: object, path: string) =>
      shopkeeper.updateCampaign({ campaign: { campaignId: draft.id, ...campaign }, updateMask: { paths: [path] } });
    assert.equal((await change({ name: 'Renamed' }, 'name')).name, 'Renamed');
    await assert.rejects(change({ name: '' }, 'name'), { reason: 'VALIDATION' });
    await assert.rejects(change({ campaignId: 'nonsense' }, 'name'), { reason: 'VALIDATION' });
    assert.equal(deps.stored.get(draft.id)?.name, 'Renamed');
  });

  it('hides a campaign from other shopkeepers', async () => {
    const other = await server.user(CampaignService, { userId: stranger.userId, roles: ['shopkeeper'] });
    await assert.rejects(other.getCampaign({ campaignId: draft.id }), { reason: 'CAMPAIGN_NOT_FOUND' });
  });
});
