import type { PageQuery } from '@doffers/resource';
import type { InboxMessage } from '../domain/inbox.ts';
import type { Deps } from './deps.ts';

export type ListInboxInput = PageQuery & { readonly userId: string };
export type InboxPage = { readonly messages: readonly InboxMessage[]; readonly unread: number };

/** A person's inbox, newest first. Unread messages are counted, never kept as a number that could drift. */
export async function listInbox({ inbox }: Pick<Deps, 'inbox'>, input: ListInboxInput): Promise<InboxPage> {
  const [messages, unread] = await Promise.all([inbox.list(input), inbox.countUnread(input.userId)]);
  return { messages, unread };
}
