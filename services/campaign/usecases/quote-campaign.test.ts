import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { aCampaign } from '../test/campaigns.ts';
import { announcement, fakeDeps, owner, stranger } from '../test/fake-deps.ts';
import { quoteCampaign } from './quote-campaign.ts';
import { updateCampaign } from './update-campaign.ts';

const draft = aCampaign();
const ask = (requestId = 'q1') => ({ campaignId: draft.id, requestId });

describe('quoteCampaign', () => {
  it('freezes the audience and prices it for a quarter of an hour', async () => {
    const deps = fakeDeps(draft);
    const quote = await quoteCampaign(deps, owner, ask());
    assert.deepEqual([quote.version, quote.customers, quote.price], [1, 2, { taxable: 14, tax: 3, total: 17 }]);
    assert.deepEqual(
      quote.lines.map(({ channel, size, taxable }) => [channel, size, taxable]),
      [
        ['push', 2, 10],
        ['in_app', 2, 4],
      ],
    );
    assert.equal(quote.expiresAt.getTime() - deps.now().getTime(), 900_000);
    assert.deepEqual(deps.asked, [`freeze ${quote.audienceId}`]);
  });

  it('answers a repeated request with its quote, and another one with a new quote of the same audience', async () => {
    const deps = fakeDeps(draft);
    const first = await quoteCampaign(deps, owner, ask());
    assert.deepEqual(await quoteCampaign(deps, owner, ask()), first);
    const second = await quoteCampaign(deps, owner, ask('q2'));
    assert.notEqual(second.id, first.id);
    assert.equal(second.audienceId, first.audienceId);
  });

  it('freezes another audience for another version, and once the first is no longer fresh', async () => {
    const deps = fakeDeps(draft);
    const first = await quoteCampaign(deps, owner, ask());
    deps.outside.now = first.expiresAt;
    const second = await quoteCampaign(deps, owner, ask('q2'));
    await updateCampaign(deps, owner, {
      campaignId: draft.id,
      etag: '',
      paths: ['name'],
      patch: { ...draft, name: 'New' },
      validate: () => {},
    });
    const third = await quoteCampaign(deps, owner, ask('q3'));
    assert.equal(new Set([first, second, third].map(({ audienceId }) => audienceId)).size, 3);
    assert.equal(third.version, 2);
  });

  it('freezes nothing for a stranger, an unapproved shop, a running campaign or an offer that is over', async () => {
    const deps = fakeDeps(draft);
    await assert.rejects(quoteCampaign(deps, stranger, ask()), { reason: 'CAMPAIGN_NOT_FOUND' });
    deps.outside.approved = false;
    await assert.rejects(quoteCampaign(deps, owner, ask()), { reason: 'SHOP_NOT_APPROVED' });
    deps.outside.approved = true;
    deps.outside.now = new Date('2026-12-01T00:00:00Z');
    await assert.rejects(quoteCampaign(deps, owner, ask()), { reason: 'OFFER_NOT_LIVE' });
    const running = fakeDeps(aCampaign({ state: 'sending' }));
    await assert.rejects(quoteCampaign(running, owner, ask()), { reason: 'CAMPAIGN_STATE' });
    assert.deepEqual([...deps.asked, ...running.asked], []);
  });

  it('refuses an audience of nobody', async () => {
    const deps = fakeDeps(draft);
    deps.outside.sizes = {};
    await assert.rejects(quoteCampaign(deps, owner, ask()), { reason: 'AUDIENCE_EMPTY' });
  });

  it('wants an approved WhatsApp template and a value for each of its variables', async () => {
    const content = { ...draft.content, whatsappTemplate: announcement.name };
    const whatsapp = (changes: object) =>
      quoteCampaign(fakeDeps(aCampaign({ channels: ['whatsapp'], content: { ...content, ...changes } })), owner, ask());
    await assert.rejects(whatsapp({ whatsappTemplate: 'unknown' }), { reason: 'TEMPLATE_NOT_APPROVED' });
    await assert.rejects(whatsapp({ whatsappLanguage: 'gu' }), { reason: 'TEMPLATE_NOT_APPROVED' });
    await assert.rejects(whatsapp({}), { reason: 'TEMPLATE_VARIABLES' });
    const quote = await whatsapp({ whatsappVariables: ['Asha', 'Asha Stores', '20%', 'Friday'] });
    assert.deepEqual(quote.price, { taxable: 198, tax: 36, total: 234 });
  });
});
