import { join } from 'node:path';
import { databaseUrl } from '@doffers/process';
import { type ServiceName, serviceNames } from '@doffers/topology';
import { CommandError } from '../console/command-error.ts';
import { type Stack, toolsDir } from '../stack/stack.ts';
import type { DatabaseUrls } from './sql-users.ts';

type Environment = Readonly<Record<string, string | undefined>>;
type Variables = Record<string, string>;

/** Services with tables; the rest of the platform keeps nothing of its own. */
export type DataService = Exclude<ServiceName, 'mobile'>;
export const dataServices = serviceNames.filter((name): name is DataService => name !== 'mobile');

export const isProduction = (env: Environment): boolean => env.DOFFERS_MODE === 'production';

/**
 * Both addresses of each service's database: `AUTH_DATABASE_URL` and `AUTH_DATABASE_MIGRATION_URL` of the environment,
 * in the sandbox else the ones that everybody knows.
 * @throws CommandError in production without them
 */
export function databaseUrlsOf(env: Environment, { ports }: Pick<Stack, 'ports'>): Record<DataService, DatabaseUrls> {
  const missing: string[] = [];
  const read = (service: DataService, suffix: string, role: 'svc' | 'ddl'): string => {
    const name = `${service.toUpperCase()}_${suffix}`;
    const value = env[name] || (isProduction(env) ? '' : databaseUrl(service, role, ports.mariadb.port));
    if (!value) missing.push(name);
    return value;
  };
  const urls = Object.fromEntries(
    dataServices.map((name) => [
      name,
      { rows: read(name, 'DATABASE_URL', 'svc'), migrations: read(name, 'DATABASE_MIGRATION_URL', 'ddl') },
    ]),
  ) as Record<DataService, DatabaseUrls>;
  if (missing.length > 0)
    throw new CommandError(`in production these must be set, for instance in .env: ${missing.join(', ')}`);
  return urls;
}

/**
 * What every process of the platform finds in its environment: the caller's variables, those that make it part of this
 * stack, and no other service's database.
 */
export function processEnvironment(env: Environment, stack: Stack): Variables {
  const passed = Object.entries(env).filter(([name, value]) => value !== undefined && !isOurBusiness(name));
  return {
    ...(Object.fromEntries(passed) as Variables),
    ...(!isProduction(env) && sandboxGoogle(env, stack)),
    DOFFERS_MODE: env.DOFFERS_MODE ?? 'sandbox',
    DOFFERS_PORT_OFFSET: String(stack.offset),
    KEYS_DIR: stack.keysDir,
    SANDBOX_DIR: join(stack.runDir, 'sandbox'),
    TZ: 'UTC',
    // TypeScript is stripped and compiled once, not at every start.
    NODE_COMPILE_CACHE: join(toolsDir, 'compile-cache'),
  };
}

/** Native servers need nothing from the caller but where programs are. */
export function serverEnvironment(env: Environment): Variables {
  return { PATH: env.PATH ?? '/usr/bin:/bin', HOME: env.HOME ?? '/', LC_ALL: 'C.UTF-8', TZ: 'UTC' };
}

function sandboxGoogle(env: Environment, { keysDir }: Stack): Variables {
  return {
    FCM_CREDENTIALS_FILE: env.FCM_CREDENTIALS_FILE ?? join(keysDir, 'sandbox-fcm.json'),
    FCM_CA_FILE: env.FCM_CA_FILE ?? join(keysDir, 'sandbox-ca.crt'),
  };
}

/** Other services' databases, and what npm and node's test runner tell their own children. */
function isOurBusiness(name: string): boolean {
  return /DATABASE_(MIGRATION_)?URL$|^npm_|^INIT_CWD$|^NODE_(TEST_CONTEXT|V8_COVERAGE|CHANNEL_FD)$/.test(name);
}
