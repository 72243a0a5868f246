import { connect, createDatabase, type Database, migrate } from '@doffers/database';
import { createTestDatabase, type TestDatabase } from '@doffers/testkit';
import type { EntitySchema, QueryRunner } from 'typeorm';

/** A migration made of plain statements, named as TypeORM wants it. */
export function migrationOf(...statements: string[]) {
  return class Tables1795400000000 {
    readonly name = 'Tables1795400000000';
    async up(runner: QueryRunner): Promise<void> {
      for (const statement of statements) await runner.query(statement);
    }
    async down(): Promise<void> {}
  };
}

export type WithTables = { readonly db: Database; readonly testDatabase: TestDatabase; close(): Promise<void> };

/** A connected and migrated database of its own. */
export async function withTables(
  subject: string,
  statements: string[],
  entities: EntitySchema[] = [],
): Promise<WithTables> {
  const testDatabase = await createTestDatabase(subject);
  const db = createDatabase({ url: testDatabase.url, entities, migrations: [migrationOf(...statements)] });
  await connect(db);
  await migrate(db);
  return {
    db,
    testDatabase,
    async close() {
      await db.destroy();
      await testDatabase.drop();
    },
  };
}
