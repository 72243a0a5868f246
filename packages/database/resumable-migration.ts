import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Made in each database beside TypeORM's own `migrations` table. */
export const migrationStepTable = `
  CREATE TABLE IF NOT EXISTS migration_step (
    migration VARCHAR(100) CHARACTER SET ascii NOT NULL,
    step      INT UNSIGNED NOT NULL,
    PRIMARY KEY (migration, step)
  ) ENGINE = InnoDB`;

/** What a statement says whose effect stands already: a table, column, key or trigger that is there, or gone. */
const standsAlready: ReadonlySet<number> = new Set([1050, 1060, 1061, 1091, 1359]);

/**
 * A migration that can be killed between any two statements and goes on behind the last one that took effect. Each
 * statement is written down with its effect, or right behind it where the server commits by itself (DDL): only the one
 * in that gap is run twice, and then it finds its effect in place. What a migration reads, it reads again.
 */
export function resumable(migration: MigrationInterface): MigrationInterface {
  const name = migration.name ?? migration.constructor.name;
  return {
    name,
    up: async (runner) => migration.up(recording(runner, { name, done: await countSteps(runner, name) })),
    down: async (runner) => {
      await migration.down(runner);
      await runner.query('DELETE FROM migration_step WHERE migration = ?', [name]);
    },
  };
}

async function countSteps(runner: QueryRunner, name: string): Promise<number> {
  const [{ steps }] = await runner.query('SELECT COUNT(*) AS steps FROM migration_step WHERE migration = ?', [name]);
  return Number(steps);
}

function recording(runner: QueryRunner, { name, done }: { readonly name: string; readonly done: number }): QueryRunner {
  let steps = 0;
  const query = async (statement: string, parameters?: unknown[]): Promise<unknown> => {
    if (/^\s*(SELECT|SHOW)\b/i.test(statement)) return runner.query(statement, parameters);
    const step = steps;
    steps += 1;
    if (step < done) return undefined;
    await runner.query('START TRANSACTION');
    try {
      const result = await runner.query(statement, parameters).catch((error: unknown) => {
        if (step === done && isStanding(error)) return undefined;
        throw error;
      });
      await runner.query('INSERT INTO migration_step (migration, step) VALUES (?, ?)', [name, step]);
      await runner.query('COMMIT');
      return result;
    } catch (error) {
      await runner.query('ROLLBACK').catch(() => undefined); // the failure that is told is the first one
      throw error;
    }
  };
  return new Proxy(runner, { get: (target, key) => (key === 'query' ? query : Reflect.get(target, key)) });
}

function isStanding(error: unknown): boolean {
  return error instanceof Error && 'errno' in error && standsAlready.has(Number(error.errno));
}
