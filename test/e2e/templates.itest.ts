import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually, testServers } from '@doffers/testkit';
import { openShop, type Shopkeeper } from './people.ts';
import { assertRefusal } from './refusal.ts';

const { sandboxUrl } = testServers();

type Template = { templateId: string; shopId?: string; name: string; state: string; rejectionReason?: string };

describe('the WhatsApp templates of a shop over REST', () => {
  let asha: Shopkeeper;
  let binu: Shopkeeper;
  let offerId: string;
  before(async () => {
    [asha, binu] = await Promise.all([openShop(), openShop()]);
    const body = {
      requestId: 'o',
      title: 'Flat 20% off',
      discount: { percent: { percent: 20 } },
      endTime: new Date(Date.now() + 30 * 24 * 3_600_000).toISOString(),
    };
    offerId = String((await asha.api.post(`/v1/shops/${asha.shopId}/offers`, { body })).body.offerId);
    await asha.api.post(`/v1/offers/${offerId}:publish`, { body: { requestId: 'p' } });
  });

  const text = (name: string, changes: object = {}) => ({
    requestId: `t-${name}`,
    name,
    language: 'en',
    body: 'Hi {{1}}, we have {{2}} this week. Come by and say hello.',
    examples: ['Asha', '20% off'],
    ...changes,
  });
  const create = (owner: Shopkeeper, body: object) => owner.api.post(`/v1/shops/${owner.shopId}/templates`, { body });
  const stateOf = async (owner: Shopkeeper, name: string) => {
    const { body } = await owner.api.get(`/v1/shops/${owner.shopId}/templates`);
    return (body.templates as Template[]).find((one) => one.name === name);
  };
  const becomes = (name: string, state: string) =>
    eventually(
      async () => {
        const template = await stateOf(asha, name);
        assert.equal(template?.state, state);
        return template;
      },
      { timeoutMs: 30_000 },
    );
  const draft = (requestId: string, content: object) =>
    asha.api.post(`/v1/shops/${asha.shopId}/campaigns`, {
      body: {
        requestId,
        offerId,
        name: requestId,
        channels: ['WHATSAPP'],
        content,
        audience: { pincodes: ['560034'], radiusKm: 2 },
      },
    });

  it('are submitted and approved by WhatsApp, and only then sent', async () => {
    const created = await create(asha, text('festival'));
    assert.deepEqual([created.status, created.body.state], [201, 'PENDING'], JSON.stringify(created.body));
    assert.equal((await create(asha, text('festival'))).body.templateId, created.body.templateId);
    const content = { whatsappTemplate: 'festival', whatsappVariables: ['there', '20% off'] };
    await becomes('festival', 'APPROVED');
    const campaign = await draft('good', content);
    assert.equal(campaign.status, 201, JSON.stringify(campaign.body));
    const test = await asha.api.post(`/v1/campaigns/${String(campaign.body.campaignId)}:testSend`, {
      body: { requestId: 't', channel: 'WHATSAPP' },
    });
    assert.equal(test.status, 200, JSON.stringify(test.body));
    const last = await fetch(`${sandboxUrl}/recorder/whatsapp/last?phone=91${asha.phone}`);
    assert.match(((await last.json()) as { text: string }).text, /we have 20% off this week/);
    assert.equal(await stateOf(binu, 'festival'), undefined);
    assert.equal((await create(binu, text('festival'))).status, 201, 'names are the shop’s own');
  });

  it('say why WhatsApp rejected one, and no campaign can send it', async () => {
    await create(asha, text('please_reject'));
    const rejected = await becomes('please_reject', 'REJECTED');
    assert.equal(rejected?.rejectionReason, 'INVALID_FORMAT');
    const content = { whatsappTemplate: 'please_reject', whatsappVariables: ['there', '20% off'] };
    const campaign = await draft('rejected', content);
    const quoted = await asha.api.post(`/v1/campaigns/${String(campaign.body.campaignId)}:quote`, {
      body: { requestId: 'q' },
    });
    assertRefusal(quoted, [400, 'TEMPLATE_NOT_APPROVED']);
  });

  it('stop being sendable when WhatsApp pauses them, and come back', async () => {
    await create(asha, text('pausing'));
    await becomes('pausing', 'APPROVED');
    const judge = (status: string) =>
      fetch(`${sandboxUrl}/whatsapp/sandbox/template-status`, {
        method: 'POST',
        body: JSON.stringify({ name: `s${asha.shopId.replaceAll('-', '')}_pausing`, language: 'en', status }),
      });
    assert.equal((await judge('PAUSED')).status, 200);
    await becomes('pausing', 'PAUSED');
    // WhatsApp tells the time in seconds: within one, both approvals would be the same bytes, which is a replay.
    await sleep(1_100);
    await judge('APPROVED');
    await becomes('pausing', 'APPROVED');
  });

  it('are refused when WhatsApp would refuse them, naming what is wrong', async () => {
    const unknown = await create(asha, text('bad', { body: 'Hi {{customer_name}}, come by.', examples: [] }));
    assertRefusal(unknown, [400, 'TEMPLATE_VARIABLE_UNKNOWN']);
    assert.match(JSON.stringify(unknown.body), /"variable":"customer_name"/);
    for (const changes of [
      { body: 'Hi {{2}}, we are open {{1}} now.' },
      { body: 'Hi {{1}} {{2}} and more.' },
      { examples: ['one'] },
      { language: 'xx' },
      { category: 'UTILITY' },
    ]) {
      assertRefusal(await create(asha, text('bad', changes)), [400, 'TEMPLATE_INVALID']);
    }
    assertRefusal(await create(asha, text('bad', { body: 'x'.repeat(1_025) })), [400, 'VALIDATION']);
    assertRefusal(await create(asha, text('offer_announcement')), [409, 'TEMPLATE_EXISTS']);
    assertRefusal(await binu.api.get(`/v1/shops/${asha.shopId}/templates`), [404, 'SHOP_NOT_FOUND']);
    assert.equal(await stateOf(asha, 'bad'), undefined);
  });

  it('are held against the values of a campaign when it is written', async () => {
    const values = { whatsappTemplate: 'offer_announcement', whatsappVariables: ['only one'] };
    assertRefusal(await draft('few', values), [400, 'TEMPLATE_VARIABLES']);
    assertRefusal(await draft('none', { ...values, whatsappTemplate: 'nobodys' }), [400, 'TEMPLATE_NOT_FOUND']);
  });
});
