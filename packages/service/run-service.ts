import { readFile } from 'node:fs/promises';
import type { DescService } from '@bufbuild/protobuf';
import { asOutage, connect, createDatabase, type Database, isUnreachable, migrate, ping } from '@doffers/database';
import {
  type CommonConfig,
  createLogger,
  createMetrics,
  type Logger,
  type OpsRoute,
  retryUntilDone,
  runProcess,
  type Shutdown,
  startOpsServer,
} from '@doffers/process';
import {
  type Client,
  closeChannels,
  createRpcClient,
  createRpcServer,
  createTokenVerifier,
  type Handlers,
  type ServiceIdentity,
} from '@doffers/rpc';
import type { ServiceName } from '@doffers/topology';
import type { Registry } from 'prom-client';
import { clientTarget } from './client-target.ts';
import { type Check, runChecks } from './health.ts';
import { loadProcessKeys } from './keys.ts';

const drainMs = 10_000;
const descriptorSet = new URL('../../gateway/descriptors/doffers.binpb', import.meta.url);

type ServiceConfig = CommonConfig & { readonly GRPC_PORT: number };
type DatabaseConfig = { readonly DATABASE_URL: string; readonly DATABASE_MIGRATION_URL: string };
type Tables = Pick<Parameters<typeof createDatabase>[0], 'entities' | 'migrations' | 'poolSize' | 'appendOnly'>;

/** What a composition root has at hand to put its service together. */
export type Parts<Db> = {
  readonly db: Db;
  readonly log: Logger;
  readonly metrics: Registry;
  readonly identity: ServiceIdentity;
  /** Serves `service` with `handlers` once everything is built. */
  serve<S extends DescService>(service: S, handlers: Handlers<S>): void;
  /** A client of another service of the platform. */
  client<S extends DescService>(service: S): Client<S>;
  /** Adds a dependency to `/readyz`; `ask` rejects while it is away. */
  check(name: string, ask: Check): void;
  /** Adds a page to the ops port. */
  opsRoute(path: string, route: OpsRoute): void;
  /** Registers what to do on stop, last-in first-out; it runs after the server has drained. */
  onStop: Shutdown['onStop'];
};

export type ServiceOptions<Config, Db> = {
  readonly name: ServiceName;
  readonly config: Config;
  /** Connects use cases, repositories and clients, and serves the handlers. */
  readonly build: (parts: Parts<Db>) => Promise<void> | void;
};

type Options = ServiceOptions<ServiceConfig & Partial<DatabaseConfig>, never> & {
  readonly database?: Tables | undefined;
};

/**
 * Runs one service: logger, metrics, ops port, database with its migrations, token checks, gRPC server, drain. It is
 * ready once its database is migrated and answers; until then it waits, so services start in any order and outlive a
 * restart of what they depend on. With `migrate` as its argument it only brings its tables up to date and ends.
 */
export function runService<Config extends ServiceConfig & DatabaseConfig>(
  options: ServiceOptions<Config, Database> & { readonly database: Tables },
): void;
/** A service that keeps nothing of its own. */
export function runService<Config extends ServiceConfig>(
  options: ServiceOptions<Config, undefined> & { readonly database?: undefined },
): void;
export function runService(options: Options): void {
  const { name, config } = options;
  if (process.argv[2] === 'migrate') return migrateOnly(options);
  runProcess(name, async (shutdown) => {
    const log = createLogger({ name, level: config.LOG_LEVEL });
    const metrics = createMetrics(name);
    const checks = new Map<string, Check>([['startup', starting]]);
    const routes: Record<string, OpsRoute> = {};
    const ops = await startOpsServer({
      host: config.BIND_HOST,
      port: config.OPS_PORT,
      registry: metrics,
      health: () => runChecks(checks),
      routes,
    });
    shutdown.onStop('ops port', ops.close);

    const { identity, servicesJwks } = await loadProcessKeys(name, config.KEYS_DIR);
    const db = options.database && (await openDatabase(databaseOf(config, options.database), { shutdown, log }));
    if (db) checks.set('database', () => ping(db));

    const server = createRpcServer({
      log,
      metrics,
      asRefusal: asOutage,
      tokens: createTokenVerifier({ self: name, jwksUrl: config.AUTH_JWKS_URL, servicesJwks }),
      ...(config.DOFFERS_MODE === 'sandbox' && (await reflection())),
    });
    shutdown.onStop('rpc clients', closeChannels);
    await options.build({
      db: db as never, // the overloads tie it to whether `database` was given
      log,
      metrics,
      identity,
      serve: (service, handlers) => server.add(service, handlers),
      client: (service) => createRpcClient(service, { ...clientTarget(service, config), identity, metrics }),
      check: (dependency, ask) => void checks.set(dependency, ask),
      opsRoute: (path, route) => void (routes[path] = route),
      onStop: shutdown.onStop,
    });
    const port = await server.listen(config.BIND_HOST, config.GRPC_PORT);
    shutdown.onStop('rpc server', () => server.drain(drainMs));
    checks.delete('startup');
    log.info({ port, opsPort: ops.port }, 'ready');
  });
}

/** The first step of a deployment: the tables are there before the first new process is, and one process made them. */
function migrateOnly({ name, config, database }: Pick<Options, 'name' | 'config' | 'database'>): void {
  runProcess(name, async () => {
    const log = createLogger({ name, level: config.LOG_LEVEL });
    const applied = database ? await migrate(databaseOf(config, database)) : 0;
    log.info({ applied }, 'tables are up to date');
  });
}

const starting: Check = () => Promise.reject(Object.assign(new Error('starting'), { code: 'STARTING' }));

function databaseOf(config: Partial<DatabaseConfig>, tables: Tables): Database {
  const { DATABASE_URL: url, DATABASE_MIGRATION_URL: migrationUrl } = config;
  if (!url || !migrationUrl) throw new Error('a service with tables needs databaseConfig in its configuration');
  return createDatabase({ ...tables, url, migrationUrl });
}

/** Waits as long as the database is away; a migration that is wrong ends the process instead. */
async function openDatabase(db: Database, { shutdown, log }: { shutdown: Shutdown; log: Logger }): Promise<Database> {
  const { signal } = shutdown;
  await connect(db, { signal, log });
  shutdown.onStop('database', () => db.destroy());
  const applied = await retryUntilDone(
    () => migrate(db).catch((error: unknown) => (isUnreachable(error) ? Promise.reject(error) : { broken: error })),
    { signal, onFailure: (err) => log.warn({ err }, 'waiting for the database') },
  );
  if (typeof applied === 'object') throw applied.broken;
  log.info({ applied }, 'tables are up to date');
  return db;
}

/** Set-up and the image build write the descriptors; without them a sandbox only lacks reflection. */
async function reflection(): Promise<{ reflection: { descriptorSet: Uint8Array } } | undefined> {
  const bytes = await readFile(descriptorSet).catch(() => undefined);
  return bytes && { reflection: { descriptorSet: bytes } };
}
