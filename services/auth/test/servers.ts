import { createDatabase, createFieldCipher, type Database, migrate } from '@doffers/database';
import { createTestDatabase } from '@doffers/testkit';
import { tables } from '../repositories/tables.ts';

export const cipher = createFieldCipher({
  dataKey: Buffer.alloc(32, 'data').toString('base64'),
  indexKey: Buffer.alloc(32, 'index').toString('base64'),
});

/** This service's tables in a database of their own; `close` drops it. */
export async function openTestDatabase(): Promise<{ db: Database; close: () => Promise<void> }> {
  const place = await createTestDatabase('auth');
  const db = createDatabase({ ...tables, url: place.url });
  await migrate(db);
  await db.initialize();
  const close = async () => {
    await db.destroy();
    await place.drop();
  };
  return { db, close };
}
