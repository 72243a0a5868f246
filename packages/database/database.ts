import { type Logger as ProcessLogger, retryUntilDone } from '@doffers/process';
import * as mysql from 'mysql2';
import { DataSource, type EntitySchema, type Logger } from 'typeorm';

/** A service's own database: TypeORM's data source, and the address of the user who may migrate it. */
export type Database = DataSource & { readonly migrationUrl: string; readonly appendOnly: readonly string[] };

// What a migration class is to TypeORM; its constructor type is not exported.
type Migrations = Exclude<NonNullable<ConstructorParameters<typeof DataSource>[0]['migrations']>, undefined>;

type Options = {
  readonly url: string;
  /** The user who may change tables; `url` when one user does both, as in tests. */
  readonly migrationUrl?: string;
  readonly entities: readonly EntitySchema[];
  readonly migrations: Migrations;
  readonly poolSize?: number;
  /** Tables whose rows the service may add and read, never change or delete: it gets no grant for that. */
  readonly appendOnly?: readonly string[];
};

// TypeORM writes to the console on its own; what fails is thrown as well, and logged by whoever handles it.
const silent: Logger = {
  logQuery: () => undefined,
  logQueryError: () => undefined,
  logQuerySlow: () => undefined,
  logSchemaBuild: () => undefined,
  logMigration: () => undefined,
  log: () => undefined,
};

/** Describes a database; nothing is connected before `connect`. */
export function createDatabase(options: Options): Database {
  const { url, migrationUrl = url, entities, migrations, poolSize = 8, appendOnly = [] } = options;
  const source = new DataSource({
    type: 'mysql',
    driver: { ...mysql, createPool: createPreparedPool },
    url,
    entities: [...entities],
    migrations,
    migrationsTransactionMode: 'none',
    synchronize: false,
    logger: silent,
    timezone: 'Z',
    charset: 'utf8mb4',
    supportBigNumbers: true,
    bigNumberStrings: true,
    connectTimeout: 3_000,
    invalidWhereValuesBehavior: { null: 'throw', undefined: 'throw' },
    poolSize,
    // A stack for each statement, in case it fails, costs more than many a statement.
    trace: false,
    extra: { queueLimit: 200, maxIdle: poolSize, idleTimeout: 60_000, enableKeepAlive: true },
  });
  return Object.assign(source, { migrationUrl, appendOnly });
}

/** Waits until the database answers: a service may start before its database does. */
export async function connect(
  db: Database,
  options: { signal?: AbortSignal; log?: ProcessLogger } = {},
): Promise<void> {
  await retryUntilDone(() => db.initialize(), {
    ...(options.signal && { signal: options.signal }),
    onFailure: (err, attempt) => options.log?.warn({ err, attempt }, 'waiting for the database'),
  });
}

/** Asks the database for a sign of life, for readiness checks. Rejects when there is none within two seconds. */
export async function ping(db: Database): Promise<void> {
  if (!db.isInitialized) throw new Error('not connected yet');
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error('no answer within 2 seconds')), 2_000);
  await Promise.race([db.query('SELECT 1'), late]).finally(() => clearTimeout(timer));
}

/**
 * Every connection starts in READ COMMITTED and UTC before it serves its first statement: InnoDB's default isolation
 * shows lost updates and takes gap locks that deadlock, and NOW() must mean the same on every server. A lock is waited
 * for less long than a caller waits for its answer.
 */
function createPreparedPool(options: mysql.PoolOptions): mysql.Pool {
  const pool = mysql.createPool(options);
  pool.on('connection', (connection) => {
    const prepare = [
      'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED',
      "SET SESSION time_zone = '+00:00', innodb_lock_wait_timeout = 3",
    ];
    for (const statement of prepare) {
      connection.query(statement, (error) => {
        if (error) connection.destroy();
      });
    }
  });
  return pool;
}
