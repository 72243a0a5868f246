import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { portOffset } from '@doffers/topology';
import { replyMappers } from './local-replies.ts';
import { readMethod, servicesIn } from './methods.ts';
import { deriveRules } from './rules.ts';
import { composeSettings, type GatewaySettings, nativeSettings } from './settings.ts';
import { fillTemplate } from './template.ts';

/**
 * Renders Envoy's configuration for one stack. `descriptors` is the platform's descriptor set, the same file that
 * Envoy transcodes by.
 */
export function renderGateway(input: {
  readonly template: string;
  readonly settings: GatewaySettings;
  readonly descriptors: Uint8Array;
}): string {
  const { template, settings, descriptors } = input;
  const methods = servicesIn(descriptors)
    .flatMap((service) => service.methods.map(readMethod))
    .filter(({ domain }) => domain !== 'fault' || settings.faultService);
  return fillTemplate(template, { ...scalars(settings), ...deriveRules(methods), LOCAL_REPLIES: replyMappers() });
}

function scalars({ services, listen, admin, files, ...settings }: GatewaySettings): Record<string, string | number> {
  const addresses = Object.entries(services).flatMap(([name, { host, port }]) => [
    [`${name.toUpperCase()}_HOST`, host] as const,
    [`${name.toUpperCase()}_PORT`, port] as const,
  ]);
  return {
    ...Object.fromEntries(addresses),
    AUTH_OPS_PORT: settings.authOpsPort,
    LISTEN_HOST: listen.host,
    HTTP_PORT: listen.http,
    TLS_PORT: listen.tls,
    ADMIN_HOST: admin.host,
    ADMIN_PORT: admin.port,
    DESCRIPTORS_FILE: JSON.stringify(files.descriptors),
    OPENAPI_FILE: JSON.stringify(files.openapi),
    DOCS_FILE: JSON.stringify(files.docs),
    TLS_CERTIFICATE: JSON.stringify(files.tlsCertificate),
    TLS_KEY: JSON.stringify(files.tlsKey),
    ACCESS_LOG: JSON.stringify(files.accessLog),
    CORS_ORIGINS: JSON.stringify(settings.corsOrigins),
    KEYS_CACHE_SECONDS: settings.keysCacheSeconds,
    REQUESTS_PER_SECOND: settings.requestsPerSecond,
    LOGINS_PER_MINUTE: settings.loginsPerMinute,
    LOGIN_RETRY_SECONDS: Math.ceil(60 / settings.loginsPerMinute),
  };
}

/** The template and the descriptor set of this directory. */
export async function readGatewayFiles(): Promise<{ template: string; descriptors: Uint8Array }> {
  const [template, descriptors] = await Promise.all([
    readFile(join(import.meta.dirname, 'envoy.yaml'), 'utf8'),
    readFile(join(import.meta.dirname, 'descriptors/doffers.binpb')),
  ]);
  return { template, descriptors };
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      compose: { type: 'boolean', default: false },
      offset: { type: 'string' },
      'run-dir': { type: 'string', default: '.run' },
      out: { type: 'string', default: '.run/envoy.yaml' },
    },
  });
  const offset = portOffset(values.offset ?? process.env.DOFFERS_PORT_OFFSET);
  const settings = values.compose
    ? composeSettings(process.env)
    : nativeSettings(process.env, { offset, runDir: values['run-dir'] });
  const rendered = renderGateway({ ...(await readGatewayFiles()), settings });
  for (const file of [values.out, settings.files.accessLog]) await mkdir(dirname(file), { recursive: true });
  await writeFile(values.out, rendered);
}

if (import.meta.main) await main();
