import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgeError } from './whatsapp-errors.ts';

test('a permission code of the family 200 to 299 stops the sender', () => {
  for (const code of [200, 210, 299]) assert.deepEqual(judgeError(code, 400), { kind: 'stop_sender' });
});

test('a code nobody has listed is judged by its status', () => {
  assert.deepEqual(judgeError(999_999, 401), { kind: 'stop_sender' });
  assert.deepEqual(judgeError(999_999, 403), { kind: 'stop_sender' });
  assert.deepEqual(judgeError(999_999, 429), { kind: 'retry', scope: 'sender' });
  assert.deepEqual(judgeError(999_999, 503), { kind: 'retry', scope: 'sender' });
  assert.deepEqual(judgeError(999_999, 400), { kind: 'failed', class: 'rejected' });
});

test('the code wins over the status', () => {
  assert.deepEqual(judgeError(131026, 500), { kind: 'failed', class: 'unreachable' });
  assert.deepEqual(judgeError(131048, 429), { kind: 'stop_sender' });
});
