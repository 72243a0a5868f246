import { DataSource, MigrationExecutor } from 'typeorm';
import type { Database } from './database.ts';
import { grantChanges } from './grant-changes.ts';
import { migrationStepTable, resumable } from './resumable-migration.ts';

const lockTimeoutSeconds = 60;

/** The advisory lock that lets one process migrate a database at a time. */
export function migrationLockName(database: string): string {
  return `migrate:${database}`;
}

/**
 * Brings the database's tables up to date and answers how many migrations that took. Any number of processes may call
 * it at once: the lock and the migrations share one connection of the DDL user, so a process that loses the lock has
 * lost the means to migrate as well. One that was killed at it goes on where it was.
 */
export async function migrate(db: Database): Promise<number> {
  const source = new DataSource({
    ...db.options,
    url: db.migrationUrl,
    poolSize: 1,
    entities: [],
  } as typeof db.options);
  await source.initialize();
  try {
    const runner = source.createQueryRunner();
    try {
      const [{ name }] = await runner.query('SELECT DATABASE() AS name');
      const lock = migrationLockName(name);
      const [{ locked }] = await runner.query('SELECT GET_LOCK(?, ?) AS locked', [lock, lockTimeoutSeconds]);
      if (Number(locked) !== 1) throw new Error('another process has been migrating this database for a minute');
      await runner.query(migrationStepTable);
      Object.assign(source, { migrations: source.migrations.map(resumable) });
      const executor = new MigrationExecutor(source, runner);
      executor.transaction = 'none';
      const applied = await executor.executePendingMigrations();
      if (db.appendOnly.length > 0) await grantChanges(db, runner);
      return applied.length;
    } finally {
      await runner.release();
    }
  } finally {
    // Closing the connection gives the lock back as well.
    await source.destroy();
  }
}
