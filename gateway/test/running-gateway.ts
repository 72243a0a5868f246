import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually, type Serve, startTestServer, type TestTokens, testTokens } from '@doffers/testkit';
import { type ServiceName, serviceNames } from '@doffers/topology';
import { envoyArguments, envoyBinary } from '../envoy-binary.ts';
import { readGatewayFiles, renderGateway } from '../render.ts';
import { type GatewaySettings, nativeSettings } from '../settings.ts';
import { makeCertificate } from '../temporary-certificate.ts';

export type GatewayOptions = {
  /** What stands behind the gateway; a service that is not named is down. */
  readonly upstreams?: Partial<Record<ServiceName, (serve: Serve) => void>>;
  readonly settings?: Partial<GatewaySettings>;
  /** Whether auth's public keys can be read from the start, or only after `serveKeys()`. */
  readonly keys?: 'at once' | 'later';
};

export type RunningGateway = {
  readonly url: string;
  readonly tlsUrl: string;
  /** For native gRPC. */
  readonly address: string;
  readonly adminUrl: string;
  readonly certificate: string;
  readonly tokens: TestTokens;
  serveKeys(): Promise<void>;
  stopServingKeys(): Promise<void>;
  /** The access log so far, one object a line. */
  accessLog(): Promise<readonly Record<string, unknown>[]>;
  close(): Promise<void>;
};

/** Nothing listens there, so a connection is refused at once. */
const closedPort = 1;

/** A real Envoy with the product's template, on ports of its own, before upstreams that live in the test. */
export async function startGateway(options: GatewayOptions = {}): Promise<RunningGateway> {
  const directory = await mkdtemp(join(tmpdir(), 'doffers-gateway-'));
  const tokens = await testTokens([...serviceNames]);
  const keys = await createKeyServer(tokens);
  if (options.keys !== 'later') await keys.start();
  const upstreams = await startUpstreams(options.upstreams ?? {}, tokens);
  const certificate = await makeCertificate(directory);
  const native = nativeSettings({}, { offset: 0, runDir: directory });
  const accessLog = join(directory, 'access.log');
  const settings: GatewaySettings = {
    ...native,
    services: upstreams.addresses,
    authOpsPort: keys.port,
    listen: { host: '127.0.0.1', http: 0, tls: 0 },
    admin: { host: '127.0.0.1', port: 0 },
    faultService: true,
    ...options.settings,
    files: { ...native.files, ...certificate.files, accessLog },
  };
  const closeRest = async () => {
    await Promise.all([upstreams.close(), keys.stop()]);
    await rm(directory, { recursive: true });
  };
  const config = renderGateway({ ...(await readGatewayFiles()), settings });
  const envoy = await startEnvoy(directory, config).catch(async (error: unknown) => {
    await closeRest();
    throw error;
  });
  return {
    url: `http://127.0.0.1:${envoy.ports.plain}`,
    tlsUrl: `https://127.0.0.1:${envoy.ports.tls}`,
    address: `127.0.0.1:${envoy.ports.plain}`,
    adminUrl: envoy.adminUrl,
    certificate: certificate.pem,
    tokens,
    serveKeys: keys.start,
    stopServingKeys: keys.stop,
    accessLog: async () =>
      (await readFile(accessLog, 'utf8'))
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as Record<string, unknown>),
    async close() {
      await envoy.stop();
      await closeRest();
    },
  };
}

async function startEnvoy(directory: string, config: string) {
  const file = join(directory, 'envoy.yaml');
  const adminFile = join(directory, 'admin-address');
  await writeFile(file, config);
  const args = [...envoyArguments(file), '--concurrency', '1', '--admin-address-path', adminFile];
  const child = spawn(envoyBinary(), args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let complaints = '';
  child.stderr.on('data', (chunk: Buffer) => (complaints += chunk.toString()));
  const exited = once(child, 'exit');
  const stop = async () => {
    child.kill('SIGKILL'); // nothing in it is worth waiting for
    await exited;
  };
  try {
    const died = exited.then(() => Promise.reject(new Error(`Envoy did not start: ${complaints}`)));
    const adminUrl = await Promise.race([died, whenReady(adminFile)]);
    died.catch(() => undefined);
    return { adminUrl, ports: await listenerPorts(adminUrl), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function whenReady(adminFile: string): Promise<string> {
  return eventually(
    async () => {
      const url = `http://${await readFile(adminFile, 'utf8')}`;
      const ready = await fetch(`${url}/ready`);
      if (!ready.ok) throw new Error(`Envoy is ${await ready.text()}`);
      return url;
    },
    { timeoutMs: 20_000 },
  );
}

type Listeners = { listener_statuses: { name: string; local_address: { socket_address: { port_value: number } } }[] };

async function listenerPorts(adminUrl: string): Promise<Record<string, number>> {
  const { listener_statuses } = (await (await fetch(`${adminUrl}/listeners?format=json`)).json()) as Listeners;
  return Object.fromEntries(
    listener_statuses.map(({ name, local_address }) => [name, local_address.socket_address.port_value]),
  );
}

async function startUpstreams(wanted: NonNullable<GatewayOptions['upstreams']>, tokens: TestTokens) {
  const servers = await Promise.all(
    serviceNames.map(async (name) => {
      const build = wanted[name];
      if (build === undefined) return { name, port: closedPort, stop: async () => {} };
      const { address, stop } = await startTestServer(name, build, tokens);
      return { name, port: Number(address.split(':')[1]), stop };
    }),
  );
  const addresses = Object.fromEntries(servers.map(({ name, port }) => [name, { host: '127.0.0.1', port }]));
  return {
    addresses: addresses as GatewaySettings['services'],
    close: async () => void (await Promise.all(servers.map(({ stop }) => stop()))),
  };
}

/** Serves auth's public keys on a port that is known before it is open. */
async function createKeyServer({ jwks }: TestTokens) {
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'application/json').end(JSON.stringify(jwks));
  });
  const listen = async (port: number) => {
    await once(server.listen(port, '127.0.0.1'), 'listening');
    return (server.address() as AddressInfo).port;
  };
  const stop = async () => {
    server.closeAllConnections();
    if (server.listening) await once(server.close(), 'close');
  };
  const port = await listen(0);
  await stop();
  return { port, start: async () => void (await listen(port)), stop };
}
