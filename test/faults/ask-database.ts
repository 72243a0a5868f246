import { setTimeout as sleep } from 'node:timers/promises';
import { testServers } from '@doffers/testkit';
import { type Connection, createConnection, type RowDataPacket } from 'mysql2/promise';

const { mariadbUrl } = testServers();

/** The databases of the stack as root sees them, for tests that kill the server: a question waits until it is answered. */
export type Databases = {
  ask<T>(sql: string, values?: readonly unknown[]): Promise<T[]>;
  close(): Promise<void>;
};

export function askDatabases(): Databases {
  let open: Promise<Connection> | undefined;

  async function connect(): Promise<Connection> {
    const connection = await createConnection(mariadbUrl);
    connection.on('error', () => undefined); // the next question notices
    return connection;
  }

  return {
    async ask<T>(sql: string, values: readonly unknown[] = []) {
      for (;;) {
        try {
          open ??= connect();
          const [rows] = await (await open).query<RowDataPacket[]>(sql, [...values]);
          return rows as T[];
        } catch (error) {
          if (isMistake(error)) throw error;
          open = undefined;
          await sleep(100);
        }
      }
    },
    async close() {
      await open?.then((connection) => connection.end()).catch(() => undefined);
    },
  };
}

/** A statement that the server refused will be refused again; everything else is the server being away. */
function isMistake(error: unknown): boolean {
  return error instanceof Error && 'sqlState' in error && /^(42|22|23)/.test(String(error.sqlState));
}

export const idBytes = (uuid: string): Buffer => Buffer.from(uuid.replaceAll('-', ''), 'hex');
