import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { aCampaign } from '../test/campaigns.ts';
import { checkPlan } from './campaign.ts';

describe('the plan of a campaign', () => {
  const content = {
    title: 'Flat 20% off',
    body: 'Today at Asha Stores',
    whatsappTemplate: '',
    whatsappLanguage: '',
    whatsappVariables: [],
  };

  it('needs a title and a body for push and inbox, named together when both are missing', () => {
    const empty = aCampaign({ channels: ['push'], content: { ...content, title: '', body: '' } });
    assert.throws(
      () => checkPlan(empty),
      (error: { reason: string; fields: { field: string }[] }) => {
        assert.equal(error.reason, 'CHANNEL_CONTENT_MISSING');
        assert.deepEqual(
          error.fields.map(({ field }) => field),
          ['content.title', 'content.body'],
        );
        return true;
      },
    );
    checkPlan(aCampaign({ channels: ['push', 'in_app'], content }));
  });

  it('needs an approved template for WhatsApp, and nothing else', () => {
    assert.throws(() => checkPlan(aCampaign({ channels: ['whatsapp'], content })), {
      reason: 'CHANNEL_CONTENT_MISSING',
    });
    const onlyTemplate = {
      title: '',
      body: '',
      whatsappTemplate: 'offer_alert',
      whatsappLanguage: '',
      whatsappVariables: ['Asha'],
    };
    checkPlan(aCampaign({ channels: ['whatsapp'], content: onlyTemplate }));
  });
});
