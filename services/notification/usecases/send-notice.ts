import { requestHash } from '@doffers/database';
import type { InboxMessage, MessageText } from '../domain/inbox.ts';
import { assertRepetition } from '../domain/notice.ts';
import type { Deps } from './deps.ts';

export type SendNoticeInput = MessageText & { readonly idempotencyKey: string; readonly userId: string };

/**
 * Puts a notice into a person's inbox, once for each key.
 *
 * @throws DomainError `VOIDED` when it was withdrawn, even before it was ever sent; `IDEMPOTENCY_KEY_REUSED`
 */
export async function sendNotice(
  { transact, newId, now }: Pick<Deps, 'transact' | 'newId' | 'now'>,
  { idempotencyKey, ...content }: SendNoticeInput,
): Promise<InboxMessage> {
  const hash = requestHash(content);
  const message: InboxMessage = { ...content, id: newId(), createdAt: now(), readAt: undefined };
  const sent = { userId: content.userId, requestHash: hash };
  return transact(async ({ notices, inbox }) => {
    const holder = await notices.claim(
      idempotencyKey,
      { id: message.id, sent, voidedAt: undefined },
      message.createdAt,
    );
    if (holder.id === message.id) {
      await inbox.add(message);
      return message;
    }
    assertRepetition(holder, hash);
    const earlier = await inbox.find(content.userId, holder.id);
    if (earlier === undefined) throw new Error(`notice ${holder.id} was sent but is in no inbox`);
    return earlier;
  });
}
