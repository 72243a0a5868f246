import type { InboxMessage } from '../domain/inbox.ts';
import type { Notice } from '../domain/notice.ts';
import type { Store, Transact } from '../repositories/store.ts';

/** Inboxes in memory: what use cases see of the real ones, without transactions. */
export function fakeStore(...known: InboxMessage[]) {
  const messages = [...known];
  const keys = new Map<string, Notice>();
  /** Members' numbers of messages that are campaigns'. */
  const campaigns = new Map<string, number>();
  const read: string[] = [];
  const of = (userId: string, id: string) => messages.find((message) => message.userId === userId && message.id === id);

  const store: Store = {
    inbox: {
      list: async ({ userId, limit }) => messages.filter((message) => message.userId === userId).slice(0, limit),
      countUnread: async (userId) => messages.filter((message) => message.userId === userId && !message.readAt).length,
      find: async (userId, id) => of(userId, id),
      add: async (message) => void messages.unshift(message),
      async markRead(userId, id, readAt) {
        const message = of(userId, id);
        const first = message !== undefined && !message.readAt;
        if (first) messages.splice(messages.indexOf(message), 1, { ...message, readAt });
        return { first, seq: first ? campaigns.get(id) : undefined };
      },
      async remove(userId, id) {
        const message = of(userId, id);
        if (message) messages.splice(messages.indexOf(message), 1);
      },
    },
    readings: { read: async (campaignId, seq) => void read.push(`${campaignId}.i.${seq}`) },
    notices: {
      async claim(key, notice) {
        const holder = keys.get(key) ?? notice;
        keys.set(key, holder);
        return holder;
      },
      async void(id, voidedAt) {
        for (const [key, notice] of keys) if (notice.id === id) keys.set(key, { ...notice, voidedAt });
      },
    },
  };
  const transact: Transact = (work) => work(store);
  return { ...store, transact, messages, campaigns, read };
}
