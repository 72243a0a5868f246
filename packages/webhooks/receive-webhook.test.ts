import assert from 'node:assert/strict';
import { it } from 'node:test';
import { receiveWebhook } from './index.ts';

const setUp = (genuine: boolean) => {
  const stored: Uint8Array[] = [];
  const deps = { verifySignature: () => genuine, store: async (body: Uint8Array) => stored.push(body) };
  return { stored, receive: () => receiveWebhook(deps, { body: Buffer.from('{}'), signature: 'ab' }) };
};

it('a body with the right signature is stored', async () => {
  const { stored, receive } = setUp(true);
  await receive();
  assert.equal(stored.length, 1);
});

it('nothing is stored of a forged body', async () => {
  const { stored, receive } = setUp(false);
  await assert.rejects(receive(), { code: 'unauthenticated', reason: 'SIGNATURE_INVALID' });
  assert.equal(stored.length, 0);
});

it('a body that cannot be stored is not acknowledged, so that the provider sends it again', async () => {
  const down = new Error('the database is away');
  const deps = { verifySignature: () => true, store: () => Promise.reject(down) };
  await assert.rejects(receiveWebhook(deps, { body: Buffer.from('{}'), signature: 'ab' }), down);
});
