// Loads India Post's official directory: node services/user/import-pincodes.ts <file.csv or file.csv.gz>
import { createDatabase, migrate } from '@doffers/database';
import { parseConfig } from '@doffers/process';
import { officialDirectory } from './clients/directory-files.ts';
import { config } from './config.ts';
import { createDirectoryStore } from './repositories/directory-store.ts';
import { tables } from './repositories/tables.ts';
import { loadDirectory } from './usecases/load-directory.ts';

const path = process.argv[2];
if (path === undefined) {
  process.stderr.write('usage: node services/user/import-pincodes.ts <file.csv or file.csv.gz>\n');
  process.exit(2);
}

const { DATABASE_URL: url, DATABASE_MIGRATION_URL: migrationUrl } = parseConfig(config);
const db = createDatabase({ ...tables, url, migrationUrl, poolSize: 1 });
await db.initialize().catch((error: unknown) => {
  process.stderr.write(`the database does not answer (${String(error)}): start the platform first, npm start\n`);
  process.exit(1);
});
try {
  await migrate(db);
  const directories = createDirectoryStore(db);
  const result = await loadDirectory({ directories, now: () => new Date() }, await officialDirectory(path));
  process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
} finally {
  await db.destroy();
}
