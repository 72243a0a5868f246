import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { aCampaign } from '../test/campaigns.ts';
import { announcement, fakeDeps, owner, stranger } from '../test/fake-deps.ts';
import { sendTestMessage } from './send-test-message.ts';
import { createTemplate, listTemplates } from './templates.ts';

const { shopId, id: campaignId } = aCampaign();

describe('createTemplate', () => {
  const input = { shopId, requestId: 't1', name: 'festival', language: 'en', body: 'Hello {{1}}, come by.' };

  it('stores a checked text that waits for the provider', async () => {
    const deps = fakeDeps();
    const template = await createTemplate(deps, owner, input);
    assert.deepEqual([template.state, template.variableCount, template.shopId], ['pending', 1, shopId]);
    const page = { shopId, limit: 21, after: undefined };
    assert.deepEqual(await listTemplates(deps, owner, page), [announcement, template]);
    await assert.rejects(listTemplates(deps, stranger, page), { reason: 'SHOP_NOT_FOUND' });
  });

  it('stores nothing that the provider would refuse, nor for a stranger', async () => {
    const deps = fakeDeps();
    await assert.rejects(createTemplate(deps, owner, { ...input, body: 'Hi {{2}}.' }), { reason: 'TEMPLATE_INVALID' });
    await assert.rejects(createTemplate(deps, stranger, input), { reason: 'SHOP_NOT_FOUND' });
    assert.deepEqual(deps.kept.templates, [announcement]);
  });
});

describe('sendTestMessage', () => {
  const ask = { campaignId, requestId: 'm1', channel: 'push' } as const;

  it('goes to the caller, numbered, up to ten for a campaign', async () => {
    const deps = fakeDeps(aCampaign());
    const { deliveryId } = await sendTestMessage(deps, owner, ask);
    assert.equal(deliveryId, `${campaignId}.t.1`);
    assert.deepEqual(await sendTestMessage(deps, owner, ask), { deliveryId });
    for (let count = 2; count <= 10; count++) await sendTestMessage(deps, owner, { ...ask, requestId: `m${count}` });
    await assert.rejects(sendTestMessage(deps, owner, { ...ask, requestId: 'm11' }), { reason: 'TEST_LIMIT' });
  });

  it('sends nothing that has no text, nor a template that would be refused', async () => {
    const mute = fakeDeps(aCampaign({ content: { ...aCampaign().content, title: '' } }));
    await assert.rejects(sendTestMessage(mute, owner, ask), { reason: 'CHANNEL_CONTENT_MISSING' });
    const content = { ...aCampaign().content, whatsappTemplate: announcement.name };
    const deps = fakeDeps(aCampaign({ content }));
    const whatsapp = { ...ask, channel: 'whatsapp' } as const;
    await assert.rejects(sendTestMessage(deps, owner, whatsapp), { reason: 'TEMPLATE_VARIABLES' });
    await assert.rejects(sendTestMessage(deps, stranger, ask), { reason: 'CAMPAIGN_NOT_FOUND' });
    assert.deepEqual([...mute.asked, ...deps.asked], []);
  });
});
