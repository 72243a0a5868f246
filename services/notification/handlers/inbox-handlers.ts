import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import type { InboxMessageSchema, InboxService } from '@doffers/proto/notification/v1/inbox_service';
import { pageOf, pageQuery } from '@doffers/resource';
import { type Handlers, requireUser } from '@doffers/rpc';
import { type InboxMessage, messageNotFound } from '../domain/inbox.ts';
import type { Deps } from '../usecases/deps.ts';
import { listInbox } from '../usecases/list-inbox.ts';
import { readMessage } from '../usecases/read-message.ts';
import { sendNotice } from '../usecases/send-notice.ts';
import { withdrawNotice } from '../usecases/withdraw-notice.ts';

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Translates InboxService between protobuf and the use cases; holds no rule of its own. */
export function createInboxHandlers(deps: Deps): Handlers<typeof InboxService> {
  return {
    async listInbox(request, context) {
      const query = pageQuery(request);
      const { messages, unread } = await listInbox(deps, { userId: requireUser(context).userId, ...query });
      const { page, nextPageToken } = pageOf(messages, query);
      return { messages: page.map(toMessage), nextPageToken, unreadCount: unread };
    },
    async readMessage({ messageId }, context) {
      const { userId } = requireUser(context);
      if (!uuid.test(messageId)) throw messageNotFound();
      return toMessage(await readMessage(deps, { userId, messageId }));
    },
    async sendNotice({ idempotencyKey, userId, title, body, link }) {
      return toMessage(await sendNotice(deps, { idempotencyKey, userId, title, body, link }));
    },
    async withdrawNotice({ idempotencyKey }) {
      return { withdrawn: await withdrawNotice(deps, idempotencyKey) };
    },
  };
}

function toMessage({
  id,
  title,
  body,
  link,
  createdAt,
  readAt,
}: InboxMessage): MessageInitShape<typeof InboxMessageSchema> {
  return {
    messageId: id,
    title,
    body,
    link,
    createTime: timestampFromDate(createdAt),
    ...(readAt && { readTime: timestampFromDate(readAt) }),
  };
}
