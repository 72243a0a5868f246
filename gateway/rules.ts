import type { GatewayMethod } from './methods.ts';

/** What the protos decide about the gateway, as values of Envoy's configuration. */
export type Rules = Readonly<
  Record<
    'V1_SERVICES' | 'APP_SERVICES' | 'WEBHOOK_SERVICES' | 'TOKEN_RULES' | 'INTERNAL_METHODS' | 'METHOD_ROUTES',
    readonly unknown[]
  >
>;

/** Derives who needs a token, what stays inside, and where each method goes and for how long. */
export function deriveRules(methods: readonly GatewayMethod[]): Rules {
  const outside = methods.filter(({ access }) => access.kind !== 'internal');
  return {
    V1_SERVICES: servicesOn('v1', methods),
    APP_SERVICES: servicesOn('app', methods),
    WEBHOOK_SERVICES: servicesOn('webhooks', methods),
    TOKEN_RULES: [...methods.map(tokenRule), { match: { prefix: '/doffers.' }, requirement_name: 'v1_required' }],
    INTERNAL_METHODS: methods
      .filter(({ access }) => access.kind === 'internal')
      .map(({ path }) => ({ url_path: { path: { exact: path } } })),
    METHOD_ROUTES: [
      ...outside.filter(isSpecial).map((m) => route({ path: m.path }, m)),
      ...unique(methods.map(({ domain }) => domain)).map(packageRoute),
    ],
  };
}

type Surface = 'v1' | 'app' | 'webhooks';

/** The services with a path on a surface. A transcoder is set up with whole services, so each is on one surface only. */
function servicesOn(surface: Surface, methods: readonly GatewayMethod[]): readonly string[] {
  const services = Map.groupBy(methods, ({ desc }) => desc.parent.typeName);
  return [...services.keys()].filter((service) => {
    const paths = (services.get(service) ?? []).flatMap(({ bindings }) => bindings.map(({ path }) => path));
    const [found, ...others] = unique(paths.map(surfaceOfPath));
    if (others.length > 0) throw new Error(`${service} is bound to two surfaces`);
    return found === surface;
  });
}

function surfaceOfPath(path: string): Surface {
  if (path.startsWith('/api/')) return 'app';
  if (path.startsWith('/webhooks/')) return 'webhooks';
  if (path.startsWith('/v1/')) return 'v1';
  throw new Error(`${path} is on no surface: /v1/, /api/ or /webhooks/`);
}

/** A token that is sent must hold also where none is needed. Internal methods are refused whatever is sent. */
function tokenRule({ path, access, bindings }: GatewayMethod): object {
  if (access.kind === 'internal') return { match: { path } };
  const audience = bindings.some((binding) => surfaceOfPath(binding.path) === 'app') ? 'app' : 'v1';
  return { match: { path }, requirement_name: `${audience}_${access.kind === 'public' ? 'optional' : 'required'}` };
}

const streamIdle = '60s';
const defaultTimeoutMs = 5_000;

function isSpecial({ streams, timeoutMs }: GatewayMethod): boolean {
  return streams || timeoutMs !== defaultTimeoutMs;
}

function packageRoute(domain: string): object {
  return route({ prefix: `/doffers.${domain}.` }, { domain, streams: false, timeoutMs: defaultTimeoutMs });
}

/** The service is told a little less time than the gateway waits, so that it is the one that gives up, and says so. */
const headStartMs = 100;

function route(match: object, { domain, streams, timeoutMs }: Pick<GatewayMethod, 'domain' | 'streams' | 'timeoutMs'>) {
  const cluster = clusterOf(domain);
  if (streams) return { match, route: { cluster, timeout: '0s', idle_timeout: streamIdle }, ...native };
  return {
    match,
    route: { cluster, timeout: `${timeoutMs / 1_000}s` },
    request_headers_to_add: [
      { header: { key: 'grpc-timeout', value: `${timeoutMs - headStartMs}m` }, append_action: 'ADD_IF_ABSENT' },
    ],
    ...native,
  };
}

/** Bodies of native calls are limited by the services; buffering would break streams. */
const native = {
  typed_per_filter_config: {
    'envoy.filters.http.buffer': {
      '@type': 'type.googleapis.com/envoy.extensions.filters.http.buffer.v3.BufferPerRoute',
      disabled: true,
    },
  },
};

/** The fault service has no process of its own: mobile serves it, the one without data. */
function clusterOf(domain: string): string {
  return domain === 'fault' ? 'mobile' : domain;
}

function unique<T>(values: readonly T[]): readonly T[] {
  return [...new Set(values)];
}
