import assert from 'node:assert/strict';
import { test } from 'node:test';
import { verifyHmacSha256 } from '@doffers/provider-http';
import type { Webhook } from '../webhooks/webhook-sender.ts';
import { createWhatsAppWebhooks } from './receipt-sender.ts';
import type { Receipt } from './receipts.ts';

const receipt = (number: number, changes: Partial<Receipt> = {}): Receipt => ({
  status: 'delivered',
  wamid: `wamid.${number}`,
  phone: '919800000001',
  delivery: `c.w.${number}`,
  sender: '1',
  category: 'marketing',
  atMs: 1_795_400_000_000,
  ...changes,
});

const sentFor = (due: Receipt[]) => {
  const sent: Webhook[] = [];
  createWhatsAppWebhooks({
    webhooks: { send: (webhook) => void sent.push(webhook) },
    account: { wabaId: '2', displayPhoneNumber: '91800' },
    appSecret: 'secret',
    callbackUrl: 'http://127.0.0.1/webhooks/whatsapp',
  }).receipts(due);
  return sent.map(({ body, headers }) => {
    const { value } = (JSON.parse(body) as { entry: [{ changes: [{ value: Value }] }] }).entry[0].changes[0];
    const signature = headers['x-hub-signature-256']?.slice('sha256='.length);
    return { value, signed: verifyHmacSha256('secret', Buffer.from(body), signature) };
  });
};
type Value = { metadata: { phone_number_id: string }; statuses: { id: string }[] };

test('statuses that are due together travel together, at most a hundred in one call', () => {
  const sent = sentFor(Array.from({ length: 250 }, (_, number) => receipt(number)));
  assert.deepEqual(
    sent.map(({ value }) => value.statuses.length),
    [100, 100, 50],
  );
  assert.equal(new Set(sent.flatMap(({ value }) => value.statuses.map(({ id }) => id))).size, 250);
});

test('each number has its own calls, and a forged receipt does not spoil the honest ones', () => {
  const sent = sentFor([receipt(1), receipt(2, { sender: '9' }), receipt(3, { forged: true }), receipt(4)]);
  assert.deepEqual(
    sent.map(({ value, signed }) => [value.metadata.phone_number_id, value.statuses.map(({ id }) => id), signed]),
    [
      ['1', ['wamid.1', 'wamid.4'], true],
      ['9', ['wamid.2'], true],
      ['1', ['wamid.3'], false],
    ],
  );
});
