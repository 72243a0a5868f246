import { type InboxMessage, messageNotFound } from '../domain/inbox.ts';
import type { Deps } from './deps.ts';

/**
 * Marks a message as read; the first time counts.
 *
 * @throws DomainError `MESSAGE_NOT_FOUND`, also for somebody else's
 */
export async function readMessage(
  { inbox, now }: Pick<Deps, 'inbox' | 'now'>,
  { userId, messageId }: { readonly userId: string; readonly messageId: string },
): Promise<InboxMessage> {
  await inbox.markRead(userId, messageId, now());
  const message = await inbox.find(userId, messageId);
  if (message === undefined) throw messageNotFound();
  return message;
}
