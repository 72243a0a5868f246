import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { openShop, type Shopkeeper } from './people.ts';
import { assertRefusal } from './refusal.ts';

const idOf = (body: Record<string, unknown>) => String(body.campaignId);

describe('campaign drafts and their texts over REST', () => {
  let asha: Shopkeeper;
  let binu: Shopkeeper;
  let offerId: string;
  before(async () => {
    [asha, binu] = await Promise.all([openShop(), openShop()]);
    const { body } = await asha.api.post(`/v1/shops/${asha.shopId}/offers`, {
      body: {
        requestId: 'offer',
        title: 'Flat 20% off',
        discount: { percent: { percent: 20 } },
        endTime: new Date(Date.now() + 30 * 24 * 3_600_000).toISOString(),
      },
    });
    offerId = String(body.offerId);
  });

  const draft = (requestId: string, changes: object = {}) => ({
    requestId,
    offerId,
    name: 'Diwali week',
    channels: ['PUSH', 'IN_APP'],
    content: { title: 'Flat 20% off', body: 'At Asha Stores' },
    audience: { pincodes: ['560034'], radiusKm: 2 },
    ...changes,
  });
  const create = (owner: Shopkeeper, body: object) => owner.api.post(`/v1/shops/${owner.shopId}/campaigns`, { body });

  it('are written, read, listed and changed by their shopkeeper', async () => {
    const created = await create(asha, draft('c1'));
    assert.equal(created.status, 201, JSON.stringify(created.body));
    const path = `/v1/campaigns/${idOf(created.body)}`;
    assert.equal(created.headers.get('location'), path);
    const read = await asha.api.get(path);
    assert.deepEqual([read.body.state, read.body.channels], ['DRAFT', ['PUSH', 'IN_APP']]);
    const listed = await asha.api.get(`/v1/shops/${asha.shopId}/campaigns`);
    assert.ok(
      (listed.body.campaigns as { campaignId: string }[]).some((one) => one.campaignId === read.body.campaignId),
    );
    const renamed = await asha.api.patch(`${path}?updateMask=name`, {
      body: { name: 'Renamed', etag: read.body.etag },
    });
    assert.deepEqual([renamed.status, renamed.body.name], [200, 'Renamed']);
  });

  it('are made once per request id', async () => {
    const [first, second] = await Promise.all([create(asha, draft('twice')), create(asha, draft('twice'))]);
    assert.equal(first.body.campaignId, second.body.campaignId);
    assertRefusal(await create(asha, draft('twice', { name: 'Other' })), [409, 'IDEMPOTENCY_KEY_REUSED']);
  });

  it('name an offer of the shop, PIN codes that exist and a text for each channel', async () => {
    assertRefusal(await create(binu, draft('foreign')), [404, 'OFFER_NOT_FOUND']);
    const nowhere = draft('nowhere', { audience: { pincodes: ['999999'] } });
    assertRefusal(await create(asha, nowhere), [400, 'PINCODE_UNKNOWN']);
    assertRefusal(await create(asha, draft('nobody', { audience: { radiusKm: 2 } })), [400, 'VALIDATION']);
    assertRefusal(await create(asha, draft('mute', { channels: ['WHATSAPP'] })), [400, 'CHANNEL_CONTENT_MISSING']);
    assertRefusal(await create(asha, draft('double', { channels: ['PUSH', 'PUSH'] })), [400, 'VALIDATION']);
  });

  it('of another shop look as if they did not exist', async () => {
    const { body } = await create(asha, draft('mine'));
    const path = `/v1/campaigns/${idOf(body)}`;
    assertRefusal(await binu.api.get(path), [404, 'CAMPAIGN_NOT_FOUND']);
    const patch = await binu.api.patch(`${path}?updateMask=name`, { body: { name: 'Mine now' } });
    assertRefusal(patch, [404, 'CAMPAIGN_NOT_FOUND']);
    assertRefusal(await binu.api.get(`/v1/shops/${asha.shopId}/campaigns`), [404, 'SHOP_NOT_FOUND']);
  });

  it('get a text that keeps to the facts of the offer, once per request id', async () => {
    const generate = (requestId: string, language: string) =>
      asha.api.post(`/v1/shops/${asha.shopId}/texts:generate`, { body: { requestId, offerId, language } });
    for (const language of ['ENGLISH', 'HINDI']) {
      const { status, body } = await generate(`t-${language}`, language);
      assert.deepEqual([status, body.source], [200, 'MODEL'], JSON.stringify(body));
      assert.ok(String(body.body).length > 0 && String(body.body).length <= 150);
      assert.match(JSON.stringify(body), /20%/);
    }
    assert.deepEqual((await generate('t-HINDI', 'HINDI')).body, (await generate('t-HINDI', 'HINDI')).body);
    const foreign = await binu.api.post(`/v1/shops/${asha.shopId}/texts:generate`, {
      body: { requestId: 'x', offerId },
    });
    assertRefusal(foreign, [404, 'SHOP_NOT_FOUND']);
    const listed = await asha.api.get(`/v1/shops/${asha.shopId}/texts`);
    assert.equal((listed.body.texts as unknown[]).length, 2);
  });
});
