import { DataSource, type QueryRunner } from 'typeorm';
import type { Database } from './database.ts';

/**
 * Lets the user of the rows change and delete rows of every table that is not append-only. Such a user has these rights
 * for no whole database, since a right that is given there cannot be taken away for one table. `runner` belongs to the
 * user who changes tables. With one user for both, as in tests, there is nothing to tell apart.
 */
export async function grantChanges(db: Database, runner: QueryRunner): Promise<void> {
  const { account, granted } = await rightsOfRowUser(db);
  const [{ self }] = await runner.query('SELECT CURRENT_USER() AS self');
  if (self === account) return;
  const tables: { name: string }[] = await runner.query(
    "SELECT TABLE_NAME AS name FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_TYPE = 'BASE TABLE'",
  );
  const user = account.replace(/^(.*)@(.*)$/, "'$1'@'$2'");
  for (const { name } of tables) {
    if (db.appendOnly.includes(name) || granted.has(name)) continue;
    await runner.query(`GRANT UPDATE, DELETE ON \`${name}\` TO ${user}`);
  }
}

/** Only the user itself may read its own rights. */
async function rightsOfRowUser(db: Database): Promise<{ account: string; granted: ReadonlySet<string> }> {
  const source = new DataSource({ ...db.options, poolSize: 1, entities: [], migrations: [] } as typeof db.options);
  await source.initialize();
  try {
    const [{ account }] = await source.query('SELECT CURRENT_USER() AS account');
    const rows: { name: string }[] = await source.query(
      `SELECT TABLE_NAME AS name FROM information_schema.TABLE_PRIVILEGES
        WHERE TABLE_SCHEMA = DATABASE() AND PRIVILEGE_TYPE IN ('UPDATE', 'DELETE')
        GROUP BY TABLE_NAME HAVING COUNT(DISTINCT PRIVILEGE_TYPE) = 2`,
    );
    return { account, granted: new Set(rows.map(({ name }) => name)) };
  } finally {
    await source.destroy();
  }
}
