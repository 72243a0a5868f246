import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { WebhookAction } from '../faults/fault-script.ts';
import { planReceipts } from './receipts.ts';

const message = {
  wamid: 'wamid.1',
  phone: '919800000001',
  delivery: 'c1.w.1',
  sender: '1',
  category: 'marketing',
  acceptedAtMs: 1_000,
};
const timing = { sentMs: 10, deliveredMs: 20, readMs: 30, readShare: 1 };
const plan = (...webhooks: WebhookAction[]) =>
  planReceipts(message, timing, webhooks).map(({ status, atMs, forged }) => `${status}@${atMs}${forged ? '!' : ''}`);

test('a message is sent, delivered and read', () => {
  assert.deepEqual(plan(), ['sent@1010', 'delivered@1020', 'read@1030']);
});

test('some people never read, always the same ones', () => {
  const readers = (share: number) =>
    Array.from({ length: 1000 }, (_, index) => String(919800000000 + index)).filter(
      (phone) => planReceipts({ ...message, phone }, { ...timing, readShare: share }, []).length === 3,
    );
  assert.deepEqual(readers(0), []);
  assert.equal(readers(1).length, 1000);
  const some = readers(0.4);
  assert.ok(some.length > 300 && some.length < 500, `${some.length} of 1000 read`);
  assert.deepEqual(readers(0.4), some);
});

test('a fate makes a message fail after it was accepted', () => {
  const receipts = planReceipts({ ...message, failCode: 131026 }, timing, []);
  assert.deepEqual(
    receipts.map(({ status, errorCode }) => [status, errorCode]),
    [
      ['sent', undefined],
      ['failed', 131026],
    ],
  );
});

test('the fault script loses, delays, repeats, forges and reorders receipts', () => {
  assert.deepEqual(plan({ type: 'webhook-lost', statuses: ['delivered'] }), ['sent@1010', 'read@1030']);
  assert.deepEqual(plan({ type: 'webhook-lost' }), []);
  assert.deepEqual(plan({ type: 'webhook-late', ms: 500, statuses: ['sent'] })[0], 'sent@1510');
  assert.deepEqual(plan({ type: 'webhook-duplicate', copies: 1, statuses: ['read'] }), [
    'sent@1010',
    'delivered@1020',
    'read@1030',
    'read@1030',
  ]);
  assert.deepEqual(plan({ type: 'webhook-forged', statuses: ['read'] }).at(-1), 'read@1030!');
  assert.deepEqual(plan({ type: 'webhook-reorder' }), ['sent@1030', 'delivered@1020', 'read@1010']);
  assert.deepEqual(plan({ type: 'delivery-failed', code: 131026 }), ['sent@1010', 'failed@1020']);
});
