// Makes an administrator: node services/auth/admin-create.ts --phone 9999999999
import { parseArgs } from 'node:util';
import { createDatabase, migrate, newId } from '@doffers/database';
import { DomainError } from '@doffers/errors';
import { parseConfig } from '@doffers/process';
import { config } from './config.ts';
import { createAuthStore } from './repositories/auth-store.ts';
import { tables } from './repositories/tables.ts';
import { fieldCipher } from './secrets.ts';
import { createAdmin } from './usecases/create-admin.ts';

const phone = readPhone();
const environment = parseConfig(config);
const { DATABASE_URL: url, DATABASE_MIGRATION_URL: migrationUrl } = environment;
const db = createDatabase({ ...tables, url, migrationUrl, poolSize: 1 });
await db.initialize().catch((error: unknown) => {
  process.stderr.write(`the database does not answer (${String(error)}): start the platform first, npm start\n`);
  process.exit(1);
});
try {
  await migrate(db);
  const store = createAuthStore(db, fieldCipher(environment));
  const { account, created } = await createAdmin({ store, newId, now: () => new Date() }, phone);
  const how = created ? 'a new account' : 'the account that exists';
  process.stdout.write(`${account.id} is an administrator now (${how}). Log in with a one-time code to this number.\n`);
} catch (error) {
  if (!(error instanceof DomainError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
} finally {
  await db.destroy();
}

function readPhone(): string {
  const { values } = parseArgs({ options: { phone: { type: 'string' } } });
  if (values.phone !== undefined) return values.phone;
  process.stderr.write('usage: npm run admin:create -- --phone 9999999999\n');
  process.exit(2);
}
