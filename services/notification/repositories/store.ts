import { type Database, transaction } from '@doffers/database';
import { createDeliveryReadings, type DeliveryReadings } from './delivery-receipts.ts';
import { createInboxRepository, type InboxRepository } from './inbox-repository.ts';
import { createNoticeRepository, type NoticeRepository } from './notice-repository.ts';

/** The inbox, the keys of its notices and the deliveries that its readings raise: they change together. */
export type Store = {
  readonly inbox: InboxRepository;
  readonly notices: NoticeRepository;
  readonly readings: DeliveryReadings;
};

/** Runs `work` in one transaction. It may run twice after a deadlock, so it must have no other effect. */
export type Transact = <T>(work: (store: Store) => Promise<T>) => Promise<T>;

export function createTransact(db: Database): Transact {
  return (work) =>
    transaction(db, (tx) =>
      work({
        inbox: createInboxRepository(tx),
        notices: createNoticeRepository(tx),
        readings: createDeliveryReadings(tx),
      }),
    );
}
