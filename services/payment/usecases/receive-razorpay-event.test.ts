import assert from 'node:assert/strict';
import { it } from 'node:test';
import { receiveRazorpayEvent } from './receive-razorpay-event.ts';

const setUp = (genuine: boolean) => {
  const stored: Uint8Array[] = [];
  const deps = { verifySignature: () => genuine, store: async (body: Uint8Array) => stored.push(body) };
  const receive = () => receiveRazorpayEvent(deps, { body: Buffer.from('{}'), signature: 'ab' });
  return { stored, receive };
};

it('stores a body whose signature is right', async () => {
  const { stored, receive } = setUp(true);
  await receive();
  assert.equal(stored.length, 1);
});

it('stores nothing of a forged one', async () => {
  const { stored, receive } = setUp(false);
  await assert.rejects(receive(), { code: 'unauthenticated', reason: 'SIGNATURE_INVALID' });
  assert.equal(stored.length, 0);
});
