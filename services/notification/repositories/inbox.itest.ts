import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Database, newId } from '@doffers/database';
import { encodePageToken } from '@doffers/resource';
import { fixedClock } from '@doffers/testkit';
import { notificationDatabase } from '../test/notification-database.ts';
import type { Deps } from '../usecases/deps.ts';
import { listInbox } from '../usecases/list-inbox.ts';
import { readMessage } from '../usecases/read-message.ts';
import { sendNotice } from '../usecases/send-notice.ts';
import { withdrawNotice } from '../usecases/withdraw-notice.ts';
import { createInboxRepository } from './inbox-repository.ts';
import { createTransact } from './store.ts';

describe('the inbox', () => {
  const now = fixedClock('2026-11-23T06:00:00.123Z');
  let db: Database;
  let close: () => Promise<void>;
  let deps: Deps;
  before(async () => {
    ({ db, close } = await notificationDatabase('inbox'));
    deps = { inbox: createInboxRepository(db.manager), transact: createTransact(db), newId, now };
  });
  after(() => close());

  const noticeTo = (userId: string, idempotencyKey = `test/${newId()}`) => ({
    idempotencyKey,
    userId,
    title: 'दुकान स्वीकृत हुई 🎉',
    body: 'आप अब ऑफ़र प्रकाशित कर सकते हैं।',
    link: 'shops/1',
  });
  const pageOf = (userId: string, limit = 10, after?: { at: Date; id: string }) =>
    listInbox(deps, { userId, limit, after });

  it('gives back what was sent, in Hindi too', async () => {
    const userId = newId();
    const sent = await sendNotice(deps, noticeTo(userId));
    assert.deepEqual(await pageOf(userId), { messages: [sent], unread: 1 });
    assert.equal(sent.title, 'दुकान स्वीकृत हुई 🎉');
  });

  it('takes one message of fifty parallel calls with the same key', async () => {
    const notice = noticeTo(newId());
    const calls = await Promise.all(Array.from({ length: 50 }, () => sendNotice(deps, notice)));
    assert.equal(new Set(calls.map(({ id }) => id)).size, 1);
    assert.equal((await pageOf(notice.userId)).messages.length, 1);
  });

  it('ends empty whenever sending and withdrawing meet, and sending again is refused', async () => {
    for (let round = 0; round < 20; round++) {
      const notice = noticeTo(newId());
      const [sent, withdrawn] = await Promise.allSettled([
        sendNotice(deps, notice),
        withdrawNotice(deps, notice.idempotencyKey),
      ]);
      assert.deepEqual(withdrawn, { status: 'fulfilled', value: sent.status === 'fulfilled' });
      assert.deepEqual(await pageOf(notice.userId), { messages: [], unread: 0 });
      await assert.rejects(sendNotice(deps, notice), { reason: 'VOIDED' });
    }
    const [{ texts }] = await db.query(
      'SELECT COUNT(*) AS texts FROM message_content c LEFT JOIN inbox_message m ON m.content_id = c.id WHERE m.id IS NULL',
    );
    assert.equal(Number(texts), 0, 'no text stays behind');
  });

  it('keeps the first of many readings, and counts what is unread', async () => {
    const userId = newId();
    const { id } = await sendNotice(deps, noticeTo(userId));
    await sendNotice(deps, noticeTo(userId));
    const read = async () => {
      now.advance(1);
      return (await readMessage(deps, { userId, messageId: id })).readAt;
    };
    const first = await read();
    assert.deepEqual(first, now());
    assert.deepEqual(await read(), first);
    assert.equal((await pageOf(userId)).unread, 1);
  });

  it('refuses to read what lies in another inbox', async () => {
    const { id } = await sendNotice(deps, noticeTo(newId()));
    await assert.rejects(readMessage(deps, { userId: newId(), messageId: id }), { reason: 'MESSAGE_NOT_FOUND' });
  });

  it('pages newest first, without a gap or a repetition at equal times, while new messages arrive', async () => {
    const userId = newId();
    const ids: string[] = [];
    for (let n = 0; n < 9; n++) {
      if (n % 3 === 0) now.advance(1);
      ids.unshift((await sendNotice(deps, noticeTo(userId))).id);
    }
    const seen: string[] = [];
    for (let after: { at: Date; id: string } | undefined; ; ) {
      const { messages } = await pageOf(userId, 2, after);
      const last = messages.at(-1);
      if (last === undefined) break;
      seen.push(...messages.map(({ id }) => id));
      after = { at: last.createdAt, id: last.id };
      now.advance(1);
      await sendNotice(deps, noticeTo(userId));
    }
    assert.deepEqual(seen, ids);
    assert.ok(encodePageToken({ at: now(), id: ids[0] ?? '' }).length <= 200, 'a token fits its field');
  });
});
