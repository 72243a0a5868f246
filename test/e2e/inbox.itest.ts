import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { InboxService } from '@doffers/proto/notification/v1/inbox_service';
import { type Client, closeChannels, createRpcClient } from '@doffers/rpc';
import { eventually, stackKeys, testServers } from '@doffers/testkit';
import { anybody, logIn, openShop, type Person } from './people.ts';
import { assertRefusal } from './refusal.ts';

type Message = { messageId: string; title: string; readTime?: string };

describe('the inbox', () => {
  let notices: Client<typeof InboxService>;
  let asha: Person;
  before(async () => {
    const { grpcPort } = testServers().stack.services.notification;
    const identity = await stackKeys().identity('gateway-test');
    notices = createRpcClient(InboxService, { target: 'notification', address: `127.0.0.1:${grpcPort}`, identity });
    asha = await logIn();
  });
  after(() => closeChannels());

  const inboxOf = async ({ api }: Person, query = '') => {
    const { body } = await api.get(`/v1/me/inbox${query}`);
    const { messages, nextPageToken, unreadCount } = body as {
      messages: Message[];
      nextPageToken: string;
      unreadCount: number;
    };
    return { messages, nextPageToken, unreadCount };
  };
  const noticeTo = (person: Person, title: string) => ({
    idempotencyKey: `test/${crypto.randomUUID()}`,
    userId: person.userId,
    title,
    body: 'आप अब ऑफ़र प्रकाशित कर सकते हैं।',
    link: 'shops/1',
  });
  const read = (person: Person, messageId: string) => person.api.post(`/v1/me/inbox/${messageId}:read`, { body: {} });

  it('tells an owner that the shop was approved, once, and remembers when that was read', async () => {
    const owner = await openShop();
    const { messages, unreadCount } = await eventually(
      async () => {
        const inbox = await inboxOf(owner);
        assert.equal(inbox.messages.length, 1);
        return inbox;
      },
      { timeoutMs: 30_000 },
    );
    assert.equal(unreadCount, 1);
    const { messageId = '' } = messages[0] ?? {};
    const first = await read(owner, messageId);
    assert.equal(first.status, 200);
    assert.ok(first.body.readTime);
    const second = await read(owner, messageId);
    assert.equal(second.body.readTime, first.body.readTime);
    assert.equal((await inboxOf(owner)).unreadCount, 0);
  });

  it('shows messages newest first, page by page', async () => {
    for (const title of ['one', 'two', 'three']) await notices.sendNotice(noticeTo(asha, title));
    const first = await inboxOf(asha, '?pageSize=2');
    const second = await inboxOf(asha, `?pageSize=2&pageToken=${first.nextPageToken}`);
    const titles = [...first.messages, ...second.messages].map(({ title }) => title);
    assert.deepEqual(titles, ['three', 'two', 'one']);
    assert.equal(second.nextPageToken, '');
    assert.equal(first.unreadCount, 3);
    assertRefusal(await asha.api.get('/v1/me/inbox?pageToken=nonsense'), [400, 'PAGE_TOKEN_INVALID']);
  });

  it('takes a notice back, and refuses it when it comes later', async () => {
    const person = await logIn();
    const notice = noticeTo(person, 'mistaken');
    await notices.sendNotice(notice);
    assert.equal((await notices.withdrawNotice(notice)).withdrawn, true);
    assert.deepEqual((await inboxOf(person)).messages, []);
    await assert.rejects(notices.sendNotice(notice), { code: 'failed_precondition', reason: 'VOIDED' });
  });

  it('is a person’s own', async () => {
    const { messageId } = await notices.sendNotice(noticeTo(asha, 'private'));
    const stranger = await logIn();
    assertRefusal(await read(stranger, messageId), [404, 'MESSAGE_NOT_FOUND']);
    assertRefusal(await read(stranger, crypto.randomUUID()), [404, 'MESSAGE_NOT_FOUND']);
    assertRefusal(await read(stranger, 'no-uuid'), [404, 'MESSAGE_NOT_FOUND']);
    assert.deepEqual((await inboxOf(stranger)).messages, []);
    assertRefusal(await anybody.get('/v1/me/inbox'), [401, 'TOKEN_MISSING']);
  });
});
