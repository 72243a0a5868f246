import { createPool } from 'mysql2';
import type { Pool, PoolConnection, ResultSetHeader, RowDataPacket } from 'mysql2/promise';

/** What one statement answered: rows, or what it changed. */
export type Answer = readonly RowDataPacket[] | ResultSetHeader;

/** Runs a text of one or more statements and answers each. */
export type Run = (sql: string) => Promise<readonly Answer[]>;

/**
 * Connections for the hot path of dispatch, apart from all others because they take several statements at once: a
 * trip to the database costs more than most statements. Text for them is built of hex and numbers only (`sql-text.ts`).
 */
export type StatementPool = {
  /** Runs statements that need no transaction, or bring their own as a single statement. */
  readonly run: Run;
  /** Runs a text between BEGIN and COMMIT in one trip: its locks never wait for this process. A deadlock runs it again. */
  readonly together: Run;
  /**
   * Runs `work` between BEGIN and COMMIT; `work` may answer `rolledBack`. What it runs last it may `finish` with, which
   * saves a trip: that commits. A deadlock runs it again.
   */
  transaction<T>(work: (run: Run, finish: Run) => Promise<T | Rollback<T>>): Promise<T>;
  close(): Promise<void>;
};

/** An answer that keeps nothing of what the transaction wrote. */
export type Rollback<T> = { readonly rolledBack: T };

const attempts = 5;
const lockConflicts = new Set([1213, 1205]);
export const duplicateKey = 1062;

export function createStatementPool({ url, size = 12 }: { url: string; size?: number }): StatementPool {
  const connections = createPool({
    uri: url,
    connectionLimit: size,
    maxIdle: size,
    multipleStatements: true,
    // A stack for each statement, in case it fails, costs more than many a statement.
    trace: false,
    timezone: 'Z',
    connectTimeout: 3_000,
    enableKeepAlive: true,
    // The text holds no placeholders, and looking for them would cost more than the statement.
    queryFormat: (sql: string) => sql,
  });
  connections.on('connection', (connection) => {
    connection.query(
      "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED; SET SESSION time_zone = '+00:00', innodb_lock_wait_timeout = 10",
      (error) => {
        if (error) connection.destroy();
      },
    );
  });
  const pool = connections.promise();
  return {
    run: async (sql) => answersOf(await pool.query(sql)),
    together: (sql) => repeated(() => inOneTrip(pool, sql)),
    transaction: (work) => repeated(() => once(pool, work)),
    close: () => pool.end(),
  };
}

async function repeated<T>(work: () => Promise<T>): Promise<T> {
  for (let left = attempts - 1; ; left--) {
    try {
      return await work();
    } catch (error) {
      if (left === 0 || !lockConflicts.has(errorNumber(error) ?? 0)) throw error;
    }
  }
}

async function inOneTrip(pool: Pool, sql: string): Promise<readonly Answer[]> {
  const connection = await pool.getConnection();
  try {
    const answers = answersOf(await connection.query(`BEGIN;${sql};COMMIT`));
    connection.release();
    return answers.slice(1, -1);
  } catch (error) {
    await abandon(connection);
    throw error;
  }
}

async function once<T>(pool: Pool, work: (run: Run, finish: Run) => Promise<T | Rollback<T>>): Promise<T> {
  const connection = await pool.getConnection();
  let [begun, ended] = [false, false];
  const run = async (sql: string) => {
    // BEGIN travels with the first statement.
    const answers = answersOf(await connection.query(begun ? sql : `BEGIN;${sql}`));
    const own = begun ? answers : answers.slice(1);
    begun = true;
    return own;
  };
  const finish = async (sql: string) => {
    const answers = await run(sql === '' ? 'COMMIT' : `${sql};COMMIT`);
    ended = true;
    return answers.slice(0, -1);
  };
  try {
    const result = await work(run, finish);
    const rolledBack = typeof result === 'object' && result !== null && 'rolledBack' in result;
    if (!ended) await connection.query(rolledBack ? 'ROLLBACK' : 'COMMIT');
    connection.release();
    return rolledBack ? result.rolledBack : (result as T);
  } catch (error) {
    await abandon(connection);
    throw error;
  }
}

/** An error in the middle of several statements leaves the transaction open; its connection must not be used so. */
async function abandon(connection: PoolConnection): Promise<void> {
  try {
    await connection.query('ROLLBACK');
    connection.release();
  } catch {
    connection.destroy();
  }
}

function answersOf([result]: [unknown, unknown]): readonly Answer[] {
  const many = Array.isArray(result) && result.every((one) => Array.isArray(one) || isHeader(one));
  return (many && result.length > 0 ? result : [result]) as readonly Answer[];
}

const isHeader = (value: unknown) => typeof value === 'object' && value !== null && 'affectedRows' in value;

export function rowsOf<Row>(answer: Answer | undefined): readonly Row[] {
  return Array.isArray(answer) ? (answer as readonly Row[]) : [];
}

export function changesOf(answer: Answer | undefined): number {
  return answer !== undefined && 'affectedRows' in answer ? answer.affectedRows : 0;
}

export function errorNumber(error: unknown): number | undefined {
  return (error as { errno?: number }).errno;
}

/** Whether the server is away rather than refused a statement. */
export function isAway(error: unknown): boolean {
  const { fatal, code } = error as { fatal?: boolean; code?: string };
  return (
    fatal === true || (typeof code === 'string' && /^(ECONN|EPIPE|ETIMEDOUT|PROTOCOL_|ER_SERVER_SHUTDOWN)/.test(code))
  );
}
