import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DomainError } from '@doffers/errors';
import { aCampaign } from '../test/campaigns.ts';
import { announcement, fakeDeps, owner, stranger } from '../test/fake-deps.ts';
import { recordTemplateStatus, reviewTemplates } from './review-templates.ts';
import { sendTestMessage } from './send-test-message.ts';
import { createTemplate, listTemplates } from './templates.ts';

const { shopId, id: campaignId } = aCampaign();

describe('createTemplate', () => {
  const input = {
    shopId,
    requestId: 't1',
    name: 'festival',
    language: 'en',
    category: 'marketing',
    body: 'Hello {{1}}, come by.',
    examples: ['Asha'],
  } as const;

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

describe('the review of templates', () => {
  const input = {
    shopId,
    requestId: 't1',
    name: 'festival',
    language: 'en',
    category: 'marketing',
    body: 'Hello {{1}}, come by.',
    examples: ['Asha'],
  } as const;
  const named = { name: `s${shopId.replaceAll('-', '')}_festival`, language: 'en' };
  const submittedOnce = async () => {
    const deps = fakeDeps();
    await createTemplate(deps, owner, input);
    assert.equal(await reviewTemplates(deps), 1);
    return deps;
  };
  const stateIn = ({ kept }: { kept: { templates: readonly { state: string; rejectionReason: string }[] } }) => {
    const { state, rejectionReason } = kept.templates.at(-1) ?? {};
    return [state, rejectionReason];
  };

  it('submits a text once under a name of the shop, then asks until the provider has judged', async () => {
    const deps = await submittedOnce();
    deps.outside.judgement = () => ({ status: 'APPROVED', reason: '' });
    await reviewTemplates(deps);
    await reviewTemplates(deps);
    assert.deepEqual(deps.asked, [`submit ${named.name}`, `status ${named.name}`]);
    assert.deepEqual(stateIn(deps), ['approved', '']);
  });

  it('keeps the words of a refusal at once, and leaves what a provider that is away was not told', async () => {
    const deps = fakeDeps();
    await createTemplate(deps, owner, input);
    deps.outside.judgement = () => {
      throw new DomainError('unavailable', 'PROVIDER_UNAVAILABLE', 'away');
    };
    await assert.rejects(reviewTemplates(deps), { reason: 'PROVIDER_UNAVAILABLE' });
    assert.deepEqual(stateIn(deps), ['pending', '']);
    deps.outside.judgement = () => {
      throw new DomainError('failed_precondition', 'TEMPLATE_REFUSED', 'Only what we allow.');
    };
    await reviewTemplates(deps);
    assert.deepEqual(stateIn(deps), ['rejected', 'Only what we allow.']);
    assert.equal(await reviewTemplates(deps), 0);
  });

  it('takes what the provider tells by itself, unless it is about nobody or means nothing', async () => {
    const deps = await submittedOnce();
    await recordTemplateStatus(deps, { ...named, status: 'REJECTED', reason: 'INVALID_FORMAT' });
    assert.deepEqual(stateIn(deps), ['rejected', 'INVALID_FORMAT']);
    await recordTemplateStatus(deps, { ...named, status: 'IN_APPEAL', reason: '' });
    await recordTemplateStatus(deps, { ...named, name: 'somebodys', status: 'APPROVED', reason: '' });
    assert.deepEqual(stateIn(deps), ['rejected', 'INVALID_FORMAT']);
    await recordTemplateStatus(deps, { ...named, status: 'APPROVED', reason: 'NONE' });
    assert.deepEqual(stateIn(deps), ['approved', '']);
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
