import type { EntitySchema } from 'typeorm';
import { Accounts1795400300000 } from '../migrations/1795400300000-accounts.ts';
import { SigningKeys1795400400000 } from '../migrations/1795400400000-signing-keys.ts';
import { SigningKeyLock1795400500000 } from '../migrations/1795400500000-signing-key-lock.ts';
import { SecondFactors1795640000000 } from '../migrations/1795640000000-second-factors.ts';
import { SessionEntity } from './session-entity.ts';

const entities: EntitySchema[] = [SessionEntity];

/** Everything in this service's database. */
export const tables = {
  entities,
  migrations: [
    Accounts1795400300000,
    SigningKeys1795400400000,
    SigningKeyLock1795400500000,
    SecondFactors1795640000000,
  ],
};
