// Adds synthetic customers: node services/user/seed-customers.ts --customers 100000 [--pincode 560034] [--seed 1]
import { parseArgs } from 'node:util';
import { createDatabase, createFieldCipher, migrate } from '@doffers/database';
import { parseConfig } from '@doffers/process';
import { builtInDirectory } from './clients/directory-files.ts';
import { config } from './config.ts';
import { createDirectoryStore } from './repositories/directory-store.ts';
import { createPincodeDirectory } from './repositories/pincode-directory.ts';
import { withSyntheticCustomers } from './repositories/synthetic-customer-store.ts';
import { tables } from './repositories/tables.ts';
import { loadDirectory } from './usecases/load-directory.ts';
import { seedCustomers } from './usecases/seed-customers.ts';

const { values } = parseArgs({
  options: {
    customers: { type: 'string', default: '100000' },
    pincode: { type: 'string', default: '560034' },
    seed: { type: 'string', default: '1' },
  },
});
const [customers, seed] = [Number(values.customers), Number(values.seed)];
const { pincode } = values;
if (!Number.isSafeInteger(customers) || customers < 0 || !Number.isSafeInteger(seed) || !/^[1-9]\d{5}$/.test(pincode)) {
  process.stderr.write(
    'usage: node services/user/seed-customers.ts --customers 100000 [--pincode 560034] [--seed 1]\n',
  );
  process.exit(2);
}

const environment = parseConfig(config);
if (environment.DOFFERS_MODE === 'production') {
  process.stderr.write('synthetic customers do not belong into production\n');
  process.exit(2);
}
const { DATABASE_URL: url, DATABASE_MIGRATION_URL: migrationUrl, DATA_KEY: dataKey, INDEX_KEY: indexKey } = environment;
const db = createDatabase({ ...tables, url, migrationUrl, poolSize: 2 });
await db.initialize().catch((error: unknown) => {
  process.stderr.write(`the database does not answer (${String(error)}): start the platform first, npm start\n`);
  process.exit(1);
});
try {
  await migrate(db);
  const now = () => new Date();
  await loadDirectory({ directories: createDirectoryStore(db), now }, await builtInDirectory());
  const directory = createPincodeDirectory(db);
  const cipher = createFieldCipher({ dataKey, indexKey });
  const result = await withSyntheticCustomers(db, cipher, (store) =>
    seedCustomers({ store, directory, now }, { customers, pincode, seed }, showProgress),
  );
  process.stdout.write(`${JSON.stringify(result)}\n`);
} finally {
  await db.destroy();
}

function showProgress(there: number): void {
  if (there % 100_000 === 0) process.stderr.write(`${there} customers\n`);
}
