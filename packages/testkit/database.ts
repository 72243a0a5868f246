import { randomBytes } from 'node:crypto';
import { createConnection } from 'mysql2/promise';
import { testServers } from './servers.ts';

export type TestDatabase = { readonly name: string; readonly url: string; drop(): Promise<void> };

/** An empty database of its own for one test file, so that files run side by side. Drop it in `after`. */
export async function createTestDatabase(subject: string): Promise<TestDatabase> {
  const { mariadbUrl } = testServers();
  const name = `t_${subject.replaceAll('-', '_')}_${randomBytes(4).toString('hex')}`;
  await asRoot(mariadbUrl, `CREATE DATABASE \`${name}\` CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`);
  return {
    name,
    url: `${mariadbUrl}/${name}`,
    drop: () => asRoot(mariadbUrl, `DROP DATABASE IF EXISTS \`${name}\``),
  };
}

async function asRoot(url: string, statement: string): Promise<void> {
  const connection = await createConnection(url);
  try {
    await connection.query(statement);
  } finally {
    await connection.end();
  }
}
