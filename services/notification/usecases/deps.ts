import type { InboxRepository } from '../repositories/inbox-repository.ts';
import type { Transact } from '../repositories/store.ts';

/** What the use cases of the inbox need from outside. */
export type Deps = {
  readonly inbox: InboxRepository;
  readonly transact: Transact;
  readonly newId: () => string;
  readonly now: () => Date;
};
