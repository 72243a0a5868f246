import { type InboxMessage, messageNotFound } from '../domain/inbox.ts';
import type { Deps } from './deps.ts';

/**
 * Marks a message as read; the first time counts, and raises the delivery when the message is a campaign's.
 *
 * @throws DomainError `MESSAGE_NOT_FOUND`, also for somebody else's
 */
export async function readMessage(
  { transact, now }: Pick<Deps, 'transact' | 'now'>,
  { userId, messageId }: { readonly userId: string; readonly messageId: string },
): Promise<InboxMessage> {
  const at = now();
  const message = await transact(async ({ inbox, readings }) => {
    const { first, seq } = await inbox.markRead(userId, messageId, at);
    // A campaign's id is the id of its message in every inbox.
    if (first && seq !== undefined) await readings.read(messageId, seq, at);
    return inbox.find(userId, messageId);
  });
  if (message === undefined) throw messageNotFound();
  return message;
}
