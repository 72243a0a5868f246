import { type Database, transaction } from '@doffers/database';
import { createInboxRepository, type InboxRepository } from './inbox-repository.ts';
import { createNoticeRepository, type NoticeRepository } from './notice-repository.ts';

/** The inbox and the keys of its notices, which change together. */
export type Store = { readonly inbox: InboxRepository; readonly notices: NoticeRepository };

/** Runs `work` in one transaction. It may run twice after a deadlock, so it must have no other effect. */
export type Transact = <T>(work: (store: Store) => Promise<T>) => Promise<T>;

export function createTransact(db: Database): Transact {
  return (work) =>
    transaction(db, (tx) => work({ inbox: createInboxRepository(tx), notices: createNoticeRepository(tx) }));
}
