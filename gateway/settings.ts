import { join, resolve } from 'node:path';
import { type ServiceName, serviceNames, topology } from '@doffers/topology';
import { z } from 'zod';

type Address = { readonly host: string; readonly port: number };

/** Everything that differs from one stack to another. Paths are absolute or relative to where Envoy starts. */
export type GatewaySettings = {
  readonly services: Readonly<Record<ServiceName, Address>>;
  /** Where auth serves its public keys. */
  readonly authOpsPort: number;
  readonly listen: { readonly host: string; readonly http: number; readonly tls: number };
  readonly admin: Address;
  readonly files: Readonly<
    Record<'descriptors' | 'openapi' | 'docs' | 'tlsCertificate' | 'tlsKey' | 'accessLog', string>
  >;
  /** The origins whose pages may call, as a regular expression (RE2) over the whole origin. */
  readonly corsOrigins: string;
  /** How long auth's public keys are used before they are read again; a new key must be published longer than that. */
  readonly keysCacheSeconds: number;
  /** All requests together, in a second. */
  readonly requestsPerSecond: number;
  /** Calls to `/v1/auth/` and `/api/auth/` from one address, in a minute. Many people can share an address. */
  readonly loginsPerMinute: number;
  /** Serves `doffers.fault.v1`; test stacks only. */
  readonly faultService: boolean;
};

const positive = (fallback: number) => z.coerce.number().int().positive().default(fallback);
const productOrigins = 'https://([a-z0-9-]+\\.)?doffers\\.in';
const localOrigins = 'https?://(localhost|127\\.0\\.0\\.1)(:[0-9]+)?';

/** The environment variables of the gateway. */
const environment = z
  .object({
    DOFFERS_MODE: z.enum(['sandbox', 'production']).default('sandbox'),
    BIND_HOST: z.string().default('127.0.0.1'),
    KEYS_DIR: z.string().optional(),
    GATEWAY_CORS_ORIGINS: z.string().optional(),
    GATEWAY_REQUESTS_PER_SECOND: positive(20_000),
    GATEWAY_LOGINS_PER_MINUTE: positive(300),
    DOFFERS_FAULT_SERVICE: z.enum(['0', '1']).default('0'),
  })
  .refine((env) => env.DOFFERS_MODE === 'sandbox' || env.DOFFERS_FAULT_SERVICE === '0', {
    path: ['DOFFERS_FAULT_SERVICE'],
    message: 'is for the sandbox',
  });

type Environment = Readonly<Record<string, string | undefined>>;

/** A stack of native processes on the loopback, with its ports moved by `offset` and its state in `runDir`. */
export function nativeSettings(env: Environment, { offset, runDir }: { offset: number; runDir: string }) {
  const { BIND_HOST, KEYS_DIR, ...rest } = environment.parse(env);
  const { gateway, services } = topology(offset);
  const loopback = '127.0.0.1';
  const keysDir = resolve(KEYS_DIR ?? join(runDir, 'keys'));
  return {
    ...common(rest),
    services: addresses((name) => ({ host: loopback, port: services[name].grpcPort })),
    authOpsPort: services.auth.opsPort,
    listen: { host: BIND_HOST, http: gateway.http, tls: gateway.tls },
    admin: { host: loopback, port: gateway.admin },
    files: {
      descriptors: join(import.meta.dirname, 'descriptors/doffers.binpb'),
      openapi: join(import.meta.dirname, 'openapi.json'),
      docs: join(import.meta.dirname, 'docs.html'),
      tlsCertificate: join(keysDir, 'gateway.crt'),
      tlsKey: join(keysDir, 'gateway.key'),
      accessLog: resolve(runDir, 'logs/gateway-access.log'),
    },
  } satisfies GatewaySettings;
}

/** Containers that find one another by name. The directory `gateway` of this repository is at /etc/doffers/gateway. */
export function composeSettings(env: Environment) {
  const { BIND_HOST: _, KEYS_DIR = '/etc/doffers/keys', ...rest } = environment.parse(env);
  const { gateway, services } = topology(0);
  return {
    ...common(rest),
    services: addresses((name) => ({ host: name, port: services[name].grpcPort })),
    authOpsPort: services.auth.opsPort,
    listen: { host: '0.0.0.0', http: gateway.http, tls: gateway.tls },
    admin: { host: '127.0.0.1', port: gateway.admin },
    files: {
      descriptors: '/etc/doffers/gateway/descriptors/doffers.binpb',
      openapi: '/etc/doffers/gateway/openapi.json',
      docs: '/etc/doffers/gateway/docs.html',
      tlsCertificate: `${KEYS_DIR}/gateway.crt`,
      tlsKey: `${KEYS_DIR}/gateway.key`,
      accessLog: '/dev/stdout',
    },
  } satisfies GatewaySettings;
}

function addresses(of: (name: ServiceName) => Address): Record<ServiceName, Address> {
  return Object.fromEntries(serviceNames.map((name) => [name, of(name)])) as Record<ServiceName, Address>;
}

function common(env: Omit<z.output<typeof environment>, 'BIND_HOST' | 'KEYS_DIR'>) {
  const production = env.DOFFERS_MODE === 'production';
  return {
    corsOrigins: env.GATEWAY_CORS_ORIGINS ?? (production ? productOrigins : `${productOrigins}|${localOrigins}`),
    keysCacheSeconds: 60,
    requestsPerSecond: env.GATEWAY_REQUESTS_PER_SECOND,
    loginsPerMinute: env.GATEWAY_LOGINS_PER_MINUTE,
    faultService: env.DOFFERS_FAULT_SERVICE === '1',
  };
}
