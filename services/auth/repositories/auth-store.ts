import { type Database, type FieldCipher, type Transaction, transaction } from '@doffers/database';
import { type AccountRepository, createAccountRepository } from './account-repository.ts';
import { type AuditRepository, createAuditRepository } from './audit-repository.ts';
import { createEventRepository, type EventRepository } from './event-repository.ts';
import { createSecondFactorRepository, type SecondFactorRepository } from './second-factor-repository.ts';
import { createSessionRepository, type SessionRepository } from './session-repository.ts';

export type Repositories = {
  readonly accounts: AccountRepository;
  readonly sessions: SessionRepository;
  readonly secondFactors: SecondFactorRepository;
  readonly audit: AuditRepository;
  readonly events: EventRepository;
};

/** Everything that auth keeps for good. Single reads and writes go directly, what belongs together through `together`. */
export type AuthStore = Repositories & {
  /** Runs `work` in one transaction; it may run twice, so it must have no effect elsewhere. */
  together<T>(work: (repositories: Repositories) => Promise<T>): Promise<T>;
};

export function createAuthStore(db: Database, cipher: FieldCipher): AuthStore {
  return {
    ...repositories(db.manager, cipher),
    together: (work) => transaction(db, (tx) => work(repositories(tx, cipher))),
  };
}

function repositories(tx: Transaction, cipher: FieldCipher): Repositories {
  return {
    accounts: createAccountRepository(tx, cipher),
    sessions: createSessionRepository(tx),
    secondFactors: createSecondFactorRepository(tx, cipher),
    audit: createAuditRepository(tx),
    events: createEventRepository(tx, cipher),
  };
}
