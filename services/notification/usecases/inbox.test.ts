import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { InboxMessage } from '../domain/inbox.ts';
import { fakeStore } from '../test/fake-store.ts';
import { listInbox } from './list-inbox.ts';
import { readMessage } from './read-message.ts';

const first = new Date('2026-11-23T06:00:00Z');
const later = new Date('2026-11-23T07:00:00Z');
const message: InboxMessage = {
  id: 'm1',
  userId: 'asha',
  title: 'Hello',
  body: 'World',
  link: '',
  createdAt: new Date('2026-11-23T05:00:00Z'),
  readAt: undefined,
};

it('an inbox has the messages of its owner and how many are unread', async () => {
  const store = fakeStore(message, { ...message, id: 'm2', readAt: first }, { ...message, id: 'm3', userId: 'ravi' });
  const page = await listInbox(store, { userId: 'asha', limit: 10, after: undefined });
  assert.deepEqual(
    page.messages.map(({ id }) => id),
    ['m1', 'm2'],
  );
  assert.equal(page.unread, 1);
});

it('reading a message twice keeps the time of the first reading', async () => {
  const store = fakeStore(message);
  const readAt = (now: Date) => readMessage({ ...store, now: () => now }, { userId: 'asha', messageId: 'm1' });
  assert.deepEqual((await readAt(first)).readAt, first);
  assert.deepEqual((await readAt(later)).readAt, first);
});

it("reading a campaign's message raises its delivery, once", async () => {
  const store = fakeStore(message, { ...message, id: 'm2' });
  store.campaigns.set('m1', 7);
  for (const messageId of ['m1', 'm1', 'm2']) {
    await readMessage({ ...store, now: () => first }, { userId: 'asha', messageId });
  }
  assert.deepEqual(store.read, ['m1.i.7']);
});

it("somebody else's message looks like one that does not exist, and stays unread", async () => {
  const store = fakeStore(message);
  const read = readMessage({ ...store, now: () => first }, { userId: 'ravi', messageId: 'm1' });
  await assert.rejects(read, { code: 'not_found', reason: 'MESSAGE_NOT_FOUND' });
  assert.equal(store.messages[0]?.readAt, undefined);
});
