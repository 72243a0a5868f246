import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import {
  eventually,
  type SandboxProcess,
  startSandboxProcess,
  startWebhookReceiver,
  type WebhookReceiver,
} from '@doffers/testkit';
import { createWhatsApp, type WhatsApp } from './whatsapp.ts';
import type { TemplateMessage } from './whatsapp-messages.ts';
import { createWhatsAppTemplates } from './whatsapp-templates.ts';
import { isSignedByMeta, parseWhatsAppWebhook, type WhatsAppEvent } from './whatsapp-webhook.ts';

const campaign = '0192f3aa-0000-7000-8000-000000000003';
const messageTo = (to: string, number: number): TemplateMessage => ({
  to,
  deliveryId: `${campaign}.w.${number}`,
  name: 'offer_announcement',
  language: 'hi',
  body: ['आशा', 'चाय पॉइंट', 'सभी नाश्ते पर 20% छूट', '30 नवंबर'],
});

describe("the sandbox's WhatsApp webhooks, read by our parser", () => {
  let receiver: WebhookReceiver;
  let sandbox: SandboxProcess;
  let whatsapp: WhatsApp;

  before(async () => {
    receiver = await startWebhookReceiver();
    sandbox = await startSandboxProcess({ WEBHOOK_TARGET: receiver.url });
    whatsapp = createWhatsApp({
      baseUrl: `${sandbox.url}/whatsapp`,
      token: 'sandbox-whatsapp-token',
      phoneNumberId: '100000000000001',
    });
  });
  after(async () => {
    await whatsapp.close();
    await sandbox.stop();
    await receiver.stop();
  });
  beforeEach(async () => {
    receiver.received.length = 0;
    await sandbox.control('DELETE', '/faults');
    await sandbox.control('DELETE', '/settings');
    await sandbox.control('PATCH', '/settings', { whatsapp: { receipts: { readMs: 300, readShare: 1 } } });
  });

  const signed = () =>
    receiver.received.filter(({ headers, body }) =>
      isSignedByMeta('sandbox-whatsapp-app-secret', body, String(headers['x-hub-signature-256'])),
    );
  const events = (): WhatsAppEvent[] =>
    signed().flatMap(({ body }) => [...(parseWhatsAppWebhook(body.toString('utf8')) ?? [])]);
  const statusesOf = (deliveryId: string) =>
    events().flatMap((event) =>
      event.kind === 'receipt' && event.receipt.deliveryId === deliveryId ? [event.receipt.status] : [],
    );

  test('a message is reported as sent, delivered and read, each signed', async () => {
    const message = messageTo('+919811111111', 1);
    const outcome = await whatsapp.sendTemplate(message);
    await eventually(() => assert.deepEqual(statusesOf(message.deliveryId), ['sent', 'delivered', 'read']));
    const [first] = events();
    assert.ok(outcome.kind === 'accepted' && first?.kind === 'receipt');
    assert.equal(first.receipt.wamid, outcome.providerId);
    assert.equal(first.receipt.phoneNumberId, '100000000000001');
    assert.equal(signed().length, receiver.received.length);
  });

  test('a message that was accepted can still fail, with its reason', async () => {
    const message = messageTo('+917001131026', 2);
    assert.equal((await whatsapp.sendTemplate(message)).kind, 'accepted');
    await eventually(() => assert.deepEqual(statusesOf(message.deliveryId), ['sent', 'failed']));
    const failed = events().find((event) => event.kind === 'receipt' && event.receipt.status === 'failed');
    assert.ok(failed?.kind === 'receipt');
    assert.equal(failed.receipt.errorCode, 131026);
  });

  test('a lost answer is found again by the delivery id of its receipts', async () => {
    const message = messageTo('+919811111112', 3);
    await sandbox.script([{ match: { provider: 'whatsapp' }, action: { type: 'cut-after-accept' } }]);
    assert.equal((await whatsapp.sendTemplate(message)).kind, 'unknown');
    await eventually(() => assert.ok(statusesOf(message.deliveryId).includes('delivered')));
  });

  test('a forged receipt does not pass the check of its signature', async () => {
    const message = messageTo('+919811111113', 4);
    await sandbox.script([{ match: { provider: 'whatsapp' }, action: { type: 'webhook-forged', statuses: ['read'] } }]);
    await whatsapp.sendTemplate(message);
    await eventually(() => assert.equal(receiver.received.length, 3));
    assert.deepEqual(statusesOf(message.deliveryId), ['sent', 'delivered']);
  });

  test('an opt-out in WhatsApp itself and a STOP by message both arrive', async () => {
    await sandbox.control('POST', '/whatsapp/sandbox/preference', { from: '919811111114', value: 'stop' });
    await sandbox.control('POST', '/whatsapp/sandbox/inbound', { from: '919811111114', text: 'STOP' });
    await eventually(() => assert.equal(events().length, 2));
    const kinds = Object.groupBy(events(), (event) => event.kind);
    assert.ok(kinds.preference?.[0]?.kind === 'preference' && kinds.preference[0].marketing === 'stop');
    assert.ok(kinds.message?.[0]?.kind === 'message' && kinds.message[0].text === 'STOP');
  });

  test('a new template is reviewed, reported and then usable; one that breaks the rules is refused', async () => {
    const templates = createWhatsAppTemplates({
      baseUrl: `${sandbox.url}/whatsapp`,
      token: 'sandbox-whatsapp-token',
      businessAccountId: '200000000000001',
    });
    const body = (text: string) => ({ type: 'BODY', text, example: { body_text: [['Asha']] } });
    const template = { name: 'festival_greeting', language: 'en', category: 'MARKETING' as const };
    const refused = await templates.create({ ...template, components: [body('{{1}}')] });
    assert.ok(refused.kind === 'refused' && refused.code === 100);
    const created = await templates.create({ ...template, components: [body('Hi {{1}}, happy Diwali!')] });
    assert.ok(created.kind === 'ok' && created.value.status === 'PENDING');
    const message = {
      to: '+919811111115',
      deliveryId: 'test.t.1',
      name: template.name,
      language: 'en',
      body: ['Asha'],
    };
    assert.deepEqual(await whatsapp.sendTemplate(message), { kind: 'pause_campaign', code: 132001 });
    await eventually(() => {
      const [event] = events();
      assert.ok(event?.kind === 'template_status');
      const { toldAt, ...judged } = event;
      const expected = { kind: 'template_status', name: template.name, language: 'en', status: 'APPROVED', reason: '' };
      assert.deepEqual(judged, expected);
      assert.ok(Math.abs(Date.now() - toldAt.getTime()) < 60_000);
    });
    const listed = await templates.list({ name: template.name });
    assert.ok(listed.kind === 'ok' && listed.value[0]?.status === 'APPROVED');
    assert.equal((await whatsapp.sendTemplate(message)).kind, 'accepted');
    await templates.close();
  });
});
