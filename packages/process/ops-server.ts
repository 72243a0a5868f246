import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Registry } from 'prom-client';

/** The state of each thing the process depends on: `ok`, or what is wrong in a few words. */
export type Health = Readonly<Record<string, string>>;
export type OpsResponse = {
  readonly contentType: string;
  readonly body: string;
  readonly headers?: Record<string, string>;
};
export type OpsRoute = () => Promise<OpsResponse> | OpsResponse;
export type OpsServer = { readonly port: number; close(): Promise<void> };

type Options = {
  readonly host: string;
  readonly port: number;
  readonly registry: Registry;
  readonly health: () => Promise<Health>;
  /** Further pages by path, such as auth's `/.well-known/jwks.json`; looked up at each request. */
  readonly routes?: Readonly<Record<string, OpsRoute>>;
};

/**
 * The process' own HTTP port, which the gateway does not reach: `/healthz` while it lives, `/readyz` when it can do
 * its work (503 with what is wrong otherwise), `/metrics` for Prometheus.
 */
export async function startOpsServer({ host, port, registry, health, routes = {} }: Options): Promise<OpsServer> {
  const pages: Record<string, (response: ServerResponse) => Promise<void>> = {
    '/healthz': async (response) => send(response, 200, { contentType: 'application/json', body: '{"status":"ok"}' }),
    '/readyz': (response) => sendReadiness(response, health),
    '/metrics': async (response) =>
      send(response, 200, { contentType: registry.contentType, body: await registry.metrics() }),
  };
  const pageAt = (path: string) => {
    const route = Object.hasOwn(routes, path) ? routes[path] : undefined;
    if (route) return async (response: ServerResponse) => send(response, 200, await route());
    return Object.hasOwn(pages, path) ? pages[path] : undefined;
  };
  const server = createServer((request, response) => {
    const page = pageAt((request.url ?? '/').split('?', 1)[0] ?? '/');
    if (!page || (request.method !== 'GET' && request.method !== 'HEAD')) {
      return send(response, 404, { contentType: 'text/plain', body: 'not found' });
    }
    page(response).catch(() => send(response, 500, { contentType: 'text/plain', body: 'internal error' }));
  });
  await listen(server, host, port);
  return { port: (server.address() as AddressInfo).port, close: () => close(server) };
}

async function sendReadiness(response: ServerResponse, health: () => Promise<Health>): Promise<void> {
  const checks = await health();
  const ready = Object.values(checks).every((state) => state === 'ok');
  const body = JSON.stringify({ status: ready ? 'ok' : 'unavailable', checks });
  send(response, ready ? 200 : 503, { contentType: 'application/json', body });
}

function send(response: ServerResponse, status: number, { contentType, body, headers }: OpsResponse): void {
  if (response.headersSent) return void response.end();
  response.writeHead(status, { 'content-type': contentType, ...headers }).end(body);
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
