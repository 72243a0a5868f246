import assert from 'node:assert/strict';
import { it } from 'node:test';
import { verifyWhatsappSubscription } from './verify-whatsapp-subscription.ts';

const asked = { mode: 'subscribe', challenge: '1158201444', verifyToken: 'agreed' };

it('the challenge of a subscription with the agreed token is sent back', () => {
  assert.equal(verifyWhatsappSubscription('agreed', asked), '1158201444');
});

it('a wrong, a missing and a prefixed token, and another mode, are refused', () => {
  for (const change of [{ verifyToken: 'guess' }, { verifyToken: '' }, { verifyToken: 'agreed ' }, { mode: 'other' }]) {
    assert.throws(() => verifyWhatsappSubscription('agreed', { ...asked, ...change }), {
      code: 'permission_denied',
      reason: 'VERIFY_TOKEN_INVALID',
    });
  }
});
