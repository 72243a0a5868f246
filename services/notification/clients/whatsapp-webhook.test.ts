import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { signHmacSha256 } from '@doffers/provider-http';
import { isSignedByMeta, parseWhatsAppWebhook, tellsOfReceipts } from './whatsapp-webhook.ts';

const secret = 'app-secret';
const change = (field: string, value: object) =>
  JSON.stringify({ object: 'whatsapp_business_account', entry: [{ id: '2', time: 1, changes: [{ field, value }] }] });
const metadata = { display_phone_number: '91800', phone_number_id: '100000000000001' };

describe('the signature of a WhatsApp webhook', () => {
  const body = Buffer.from('{"object":  "whatsapp_business_account"}');
  const header = `sha256=${signHmacSha256(secret, body)}`;

  test('is accepted when it is over exactly these bytes', () => {
    assert.equal(isSignedByMeta(secret, body, header), true);
  });

  test('is refused when it is missing, bare, of another secret, or over the same JSON printed anew', () => {
    const printedAnew = Buffer.from(JSON.stringify(JSON.parse(body.toString())));
    assert.equal(isSignedByMeta(secret, body, undefined), false);
    assert.equal(isSignedByMeta(secret, body, header.slice('sha256='.length)), false);
    assert.equal(isSignedByMeta('another', body, header), false);
    assert.equal(isSignedByMeta(secret, printedAnew, header), false);
  });
});

describe('the body of a WhatsApp webhook', () => {
  test('gives one receipt for each status, with delivery, sender and error', () => {
    const statuses = [
      {
        id: 'wamid.1',
        status: 'delivered',
        timestamp: '1795400000',
        recipient_id: '91',
        biz_opaque_callback_data: 'c.w.1',
      },
      {
        id: 'wamid.2',
        status: 'failed',
        timestamp: '1795400001',
        recipient_id: '91',
        errors: [{ code: 131026, title: 'x' }],
      },
    ];
    const common = { phoneNumberId: metadata.phone_number_id };
    assert.deepEqual(parseWhatsAppWebhook(change('messages', { messaging_product: 'whatsapp', metadata, statuses })), [
      {
        kind: 'receipt',
        receipt: {
          ...common,
          wamid: 'wamid.1',
          status: 'delivered',
          deliveryId: 'c.w.1',
          occurredAt: new Date(1_795_400_000_000),
          errorCode: undefined,
        },
      },
      {
        kind: 'receipt',
        receipt: {
          ...common,
          wamid: 'wamid.2',
          status: 'failed',
          deliveryId: undefined,
          occurredAt: new Date(1_795_400_001_000),
          errorCode: 131026,
        },
      },
    ]);
  });

  test('gives what a person wrote, typed or by a button', () => {
    const messages = [
      { id: 'wamid.3', from: '9198', timestamp: '1795400000', type: 'text', text: { body: 'STOP' } },
      { id: 'wamid.4', from: '9198', timestamp: '1795400000', type: 'button', button: { text: 'Stop', payload: 'x' } },
      { id: 'wamid.5', from: '9198', timestamp: '1795400000', type: 'image', image: { id: '1' } },
    ];
    const sentAt = new Date(1_795_400_000_000);
    assert.deepEqual(parseWhatsAppWebhook(change('messages', { metadata, messages })), [
      { kind: 'message', wamid: 'wamid.3', from: '9198', text: 'STOP', sentAt },
      { kind: 'message', wamid: 'wamid.4', from: '9198', text: 'Stop', sentAt },
    ]);
  });

  test('leaves out kinds that it does not know, without losing the others', () => {
    const statuses = [
      { id: 'wamid.1', status: 'warning', timestamp: '1795400000' },
      { id: 'wamid.2', status: 'sent', timestamp: '1795400000' },
    ];
    const events = parseWhatsAppWebhook(change('messages', { metadata, statuses }));
    assert.equal(events?.length, 1);
    assert.deepEqual(parseWhatsAppWebhook(change('account_update', { event: 'X' })), []);
  });

  test('is undefined when it is no webhook of WhatsApp', () => {
    for (const body of ['', 'null', '{}', '{"object":"page","entry":[]}', '{"object":"whatsapp_business_account"}']) {
      assert.equal(parseWhatsAppWebhook(body), undefined);
    }
  });
});

describe('what a WhatsApp webhook tells of', () => {
  const tells = (value: object) => tellsOfReceipts(Buffer.from(change('messages', { metadata, ...value })));

  test('is known without reading it: receipts can wait, what people write cannot', () => {
    assert.equal(tells({ statuses: [{ id: 'wamid.1', status: 'sent', timestamp: '1795400000' }] }), true);
    const text = { body: 'STOP "statuses": [' };
    assert.equal(tells({ messages: [{ id: 'wamid.3', from: '9198', timestamp: '1', type: 'text', text }] }), false);
  });
});
