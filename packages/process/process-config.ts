import { portOffset, type ServiceName, topology } from '@doffers/topology';
import { z } from 'zod';
import { databaseUrl, sandboxDefaults, sandboxMark } from './sandbox-defaults.ts';

const port = z.coerce.number().int().min(0).max(65_535);
const address = z.string().regex(/^[^\s/]+:\d+$/);

/** What every process of the platform reads. */
export const commonConfig = {
  DOFFERS_MODE: z.enum(['sandbox', 'production']),
  DOFFERS_PORT_OFFSET: z.coerce.number().int(),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error']).default('info'),
  BIND_HOST: z.string().default('127.0.0.1'),
  OPS_PORT: port,
  /** Where clients reach the gateway. */
  PUBLIC_BASE_URL: z.url({ protocol: /^https?$/ }),
  KEYS_DIR: z.string(),
  AUTH_JWKS_URL: z.url({ protocol: /^https?$/ }),
  AUTH_ADDRESS: address,
  USER_ADDRESS: address,
  OFFER_ADDRESS: address,
  CAMPAIGN_ADDRESS: address,
  PAYMENT_ADDRESS: address,
  NOTIFICATION_ADDRESS: address,
  AI_ADDRESS: address,
  MOBILE_ADDRESS: address,
};
export type CommonConfig = z.output<z.ZodObject<typeof commonConfig>>;

const serviceFields = { ...commonConfig, GRPC_PORT: port };

/**
 * The environment of one service: the common variables, its gRPC port, and `extra`, usually fragments such as
 * `databaseConfig`. Ports come from the topology; in sandbox mode everything has a default, in production nothing
 * that anybody could guess is accepted.
 */
export function serviceConfig<Extra extends z.ZodRawShape>(service: ServiceName, extra: Extra) {
  return environment({ ...serviceFields, ...extra }, (offset, mode) => {
    const stack = topology(offset);
    const { grpcPort, opsPort } = stack.services[service];
    const ports = { GRPC_PORT: String(grpcPort), OPS_PORT: String(opsPort) };
    if (mode === 'production') return ports;
    return {
      ...ports,
      DATABASE_URL: databaseUrl(service, 'svc', stack.mariadb.port),
      DATABASE_MIGRATION_URL: databaseUrl(service, 'ddl', stack.mariadb.port),
    };
  });
}

/** The environment of a process that serves no gRPC, such as a worker. `opsPort` picks its port from the topology. */
export function processConfig<Extra extends z.ZodRawShape>(
  extra: Extra,
  opsPort: (stack: ReturnType<typeof topology>) => number,
) {
  return environment({ ...commonConfig, ...extra }, (offset) => ({ OPS_PORT: String(opsPort(topology(offset))) }));
}

type Defaults = (offset: number, mode: string) => Record<string, string>;

function environment<Fields extends z.ZodRawShape>(fields: Fields, ownDefaults: Defaults) {
  return z.record(z.string(), z.string()).transform((given, context) => {
    const mode = given.DOFFERS_MODE ?? 'sandbox';
    const offset = readOffset(given, context);
    const defaults = { ...(mode === 'production' ? {} : sandboxDefaults(offset)), ...ownDefaults(offset, mode) };
    const values = { ...defaults, DOFFERS_MODE: mode, DOFFERS_PORT_OFFSET: String(offset), ...given };
    if (mode === 'production') refuseInProduction(fields, values, context);
    const result = z.object(fields).safeParse(values);
    if (result.success) return result.data;
    context.issues.push(...result.error.issues.map((issue) => ({ ...issue, input: undefined }) as z.core.$ZodRawIssue));
    return z.NEVER;
  });
}

function readOffset(given: Record<string, string>, context: z.RefinementCtx): number {
  try {
    return portOffset(given.DOFFERS_PORT_OFFSET);
  } catch (error) {
    const message = error instanceof RangeError ? error.message.replace(/^\S+ /, '') : 'is not valid';
    context.addIssue({ code: 'custom', path: ['DOFFERS_PORT_OFFSET'], message });
    return 0;
  }
}

/** A production process refuses what only a test may have: known secrets, fixed codes, clients without TLS. */
function refuseInProduction(fields: z.ZodRawShape, values: Record<string, string>, context: z.RefinementCtx): void {
  const refuse = (name: string, message: string) => context.addIssue({ code: 'custom', path: [name], message });
  for (const name of Object.keys(fields)) {
    if (values[name]?.includes(sandboxMark)) refuse(name, 'is a value of the sandbox, which everybody knows');
  }
  if (values.AUTH_TEST_OTPS) refuse('AUTH_TEST_OTPS', 'is for the sandbox: fixed codes let anybody in');
  if (values.PUBLIC_BASE_URL && !values.PUBLIC_BASE_URL.startsWith('https://')) {
    refuse('PUBLIC_BASE_URL', 'must start with https://: clients are served over TLS only');
  }
}
