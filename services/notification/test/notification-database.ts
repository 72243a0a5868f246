import { connect, createDatabase, type Database, migrate } from '@doffers/database';
import { createTestDatabase } from '@doffers/testkit';
import { tables } from '../repositories/tables.ts';

/** A migrated database of its own on the real server. */
export async function notificationDatabase(subject: string): Promise<{ db: Database; close(): Promise<void> }> {
  const home = await createTestDatabase(`notification-${subject}`);
  const db = createDatabase({ url: home.url, ...tables, poolSize: 16 });
  await migrate(db);
  await connect(db);
  return {
    db,
    async close() {
      await db.destroy();
      await home.drop();
    },
  };
}
