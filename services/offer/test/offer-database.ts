import { createDatabase, type Database, migrate } from '@doffers/database';
import { createTestDatabase } from '@doffers/testkit';
import { tables } from '../repositories/tables.ts';

/** A migrated database of the offer service. */
export async function offerDatabase(subject: string): Promise<{ readonly db: Database; close(): Promise<void> }> {
  const place = await createTestDatabase(subject);
  const db = createDatabase({ url: place.url, ...tables });
  await migrate(db);
  await db.initialize();
  return {
    db,
    async close() {
      await db.destroy();
      await place.drop();
    },
  };
}
