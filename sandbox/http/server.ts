import { createServer as createHttpServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { type Incoming, readBody, splitTarget } from './incoming.ts';
import { send } from './reply.ts';

export type Route = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly pattern: RegExp;
  readonly handle: (incoming: Incoming) => void | Promise<void>;
};

export type Listening = { readonly port: number; close(): Promise<void> };

const maxBodyBytes = 64 * 1024 * 1024;
/** Longer than any client keeps an idle connection, so that the sandbox never closes one that is about to be used. */
const keepAliveMs = 120_000;

/** Serves the routes in order; the ones that carry campaigns come first. */
export function createListener(routes: readonly Route[], onError: (error: unknown) => void): RequestListener {
  return (request, response) => {
    const { path, query } = splitTarget(request.url ?? '/');
    const found = findRoute(routes, request.method ?? 'GET', path);
    readBody(request, maxBodyBytes)
      .then(async (body) => {
        const incoming: Incoming = { request, response, path, query, body, params: found?.params ?? [] };
        if (found) await found.route.handle(incoming);
        else send(incoming, { status: 404, body: { error: { message: `nothing at ${request.method} ${path}` } } });
      })
      .catch((error: unknown) => {
        onError(error);
        response.destroy();
      });
  };
}

function findRoute(routes: readonly Route[], method: string, path: string) {
  for (const route of routes) {
    if (route.method !== method) continue;
    const match = route.pattern.exec(path);
    if (match) return { route, params: match.slice(1).map((part) => decodeURIComponent(part ?? '')) };
  }
  return undefined;
}

export type Address = { readonly host: string; readonly port: number };

export function listenHttp(listener: RequestListener, address: Address): Promise<Listening> {
  return listen(createHttpServer({ keepAliveTimeout: keepAliveMs }, listener), address);
}

export function listenTls(
  listener: RequestListener,
  pair: { cert: string; key: string },
  address: Address,
): Promise<Listening> {
  return listen(createTlsServer({ ...pair, keepAliveTimeout: keepAliveMs }, listener), address);
}

async function listen(server: Server, { host, port }: Address): Promise<Listening> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
