import { idFromBytes, idToBytes, type Transaction } from '@doffers/database';
import type { PageKey } from '@doffers/resource';
import type { InboxMessage } from '../domain/inbox.ts';

export type InboxRepository = {
  /** Newest first, behind the message where the page before ended. */
  list(query: {
    readonly userId: string;
    readonly limit: number;
    readonly after: PageKey | undefined;
  }): Promise<readonly InboxMessage[]>;
  countUnread(userId: string): Promise<number>;
  find(userId: string, id: string): Promise<InboxMessage | undefined>;
  add(message: InboxMessage): Promise<void>;
  /**
   * Remembers the first reading and answers whether this was it, with the member's number when the message is a
   * campaign's. Later ones and strange ids change nothing.
   */
  markRead(
    userId: string,
    id: string,
    at: Date,
  ): Promise<{ readonly first: boolean; readonly seq: number | undefined }>;
  /** Takes a message and its text away. */
  remove(userId: string, id: string): Promise<void>;
};

const select = `
  SELECT m.user_id, m.id, m.created_at, m.read_at, c.title, c.body, c.link
    FROM inbox_message m JOIN message_content c ON c.id = m.content_id
   WHERE m.user_id = ?`;

/** Inboxes within one transaction, or statement by statement when `tx` is the database's own manager. */
export function createInboxRepository(tx: Transaction): InboxRepository {
  return {
    async list({ userId, limit, after }) {
      const behind = after && 'AND m.created_at <= ? AND (m.created_at < ? OR m.id < ?)';
      const rows: Row[] = await tx.query(`${select} ${behind ?? ''} ORDER BY m.created_at DESC, m.id DESC LIMIT ?`, [
        idToBytes(userId),
        ...(after ? [after.at, after.at, idToBytes(after.id)] : []),
        limit,
      ]);
      return rows.map(toMessage);
    },
    async countUnread(userId) {
      const [{ unread }] = await tx.query(
        'SELECT COUNT(*) AS unread FROM inbox_message WHERE user_id = ? AND read_at IS NULL',
        [idToBytes(userId)],
      );
      return Number(unread);
    },
    async find(userId, id) {
      const [row]: Row[] = await tx.query(`${select} AND m.id = ?`, [idToBytes(userId), idToBytes(id)]);
      return row && toMessage(row);
    },
    async add({ id, userId, title, body, link, createdAt }) {
      const key = idToBytes(id);
      await tx.query('INSERT INTO message_content (id, title, body, link) VALUES (?)', [[key, title, body, link]]);
      await tx.query('INSERT INTO inbox_message (user_id, created_at, id, content_id) VALUES (?)', [
        [idToBytes(userId), createdAt, key, key],
      ]);
    },
    async markRead(userId, id, at) {
      const key = [idToBytes(userId), idToBytes(id)];
      const [row] = await tx.query(
        'SELECT seq, read_at FROM inbox_message WHERE user_id = ? AND id = ? FOR UPDATE',
        key,
      );
      if (!row || row.read_at !== null) return { first: false, seq: undefined };
      await tx.query('UPDATE inbox_message SET read_at = ? WHERE user_id = ? AND id = ?', [at, ...key]);
      return { first: true, seq: row.seq ?? undefined };
    },
    async remove(userId, id) {
      await tx.query('DELETE FROM inbox_message WHERE user_id = ? AND id = ?', [idToBytes(userId), idToBytes(id)]);
      await tx.query('DELETE FROM message_content WHERE id = ?', [idToBytes(id)]);
    },
  };
}

type Row = {
  readonly user_id: Buffer;
  readonly id: Buffer;
  readonly created_at: Date;
  readonly read_at: Date | null;
  readonly title: string;
  readonly body: string;
  readonly link: string;
};

function toMessage({ user_id, id, created_at, read_at, title, body, link }: Row): InboxMessage {
  const ids = { id: idFromBytes(id), userId: idFromBytes(user_id) };
  return { ...ids, title, body, link, createdAt: created_at, readAt: read_at ?? undefined };
}
