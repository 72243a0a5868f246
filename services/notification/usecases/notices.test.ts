import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fakeStore } from '../test/fake-store.ts';
import { sendNotice } from './send-notice.ts';
import { withdrawNotice } from './withdraw-notice.ts';

const now = () => new Date('2026-11-23T06:00:00Z');
const notice = {
  idempotencyKey: 'shop-approval/1/notice',
  userId: 'asha',
  title: 'Your shop is approved',
  body: 'You can publish offers now.',
  link: 'shops/1',
};

const setUp = () => {
  const store = fakeStore();
  let ids = 0;
  const deps = { ...store, newId: () => `n${++ids}`, now };
  return {
    ...store,
    send: (changes = {}) => sendNotice(deps, { ...notice, ...changes }),
    withdraw: () => withdrawNotice(deps, notice.idempotencyKey),
  };
};

describe('a notice', () => {
  it('arrives unread in the inbox', async () => {
    const { send, messages } = setUp();
    const { idempotencyKey: _, ...content } = notice;
    const expected = { ...content, id: 'n1', createdAt: now(), readAt: undefined };
    assert.deepEqual(await send(), expected);
    assert.deepEqual(messages, [expected]);
  });

  it('arrives once, and a repetition answers it as it stands now', async () => {
    const { send, messages, inbox } = setUp();
    await send();
    await inbox.markRead('asha', 'n1', now());
    assert.deepEqual((await send()).readAt, now());
    assert.equal(messages.length, 1);
  });

  it('is refused under the key of another one', async () => {
    const { send, messages } = setUp();
    await send();
    for (const change of [{ body: 'Something else' }, { userId: 'ravi' }]) {
      await assert.rejects(send(change), { code: 'already_exists', reason: 'IDEMPOTENCY_KEY_REUSED' });
    }
    assert.equal(messages.length, 1);
  });

  it('disappears when it is withdrawn, and cannot be sent again', async () => {
    const { send, withdraw, messages } = setUp();
    await send();
    assert.equal(await withdraw(), true);
    assert.equal(await withdraw(), true, 'a repetition answers the same');
    await assert.rejects(send(), { code: 'failed_precondition', reason: 'VOIDED' });
    assert.deepEqual(messages, []);
  });

  it('that comes after its withdrawal is refused', async () => {
    const { send, withdraw, messages } = setUp();
    assert.equal(await withdraw(), false);
    await assert.rejects(send(), { code: 'failed_precondition', reason: 'VOIDED' });
    assert.equal(await withdraw(), false, 'a repetition answers the same');
    assert.deepEqual(messages, []);
  });
});
