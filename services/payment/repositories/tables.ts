import { Ledger1795400000000 } from '../migrations/1795400000000-ledger.ts';
import { Wallets1795400000001 } from '../migrations/1795400000001-wallets.ts';
import { TopupEntity } from './topup-entity.ts';

/** What the database of this service consists of. */
export const tables = {
  entities: [TopupEntity],
  migrations: [Ledger1795400000000, Wallets1795400000001],
};
