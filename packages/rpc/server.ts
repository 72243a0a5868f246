import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { DescService } from '@bufbuild/protobuf';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import type { Registry } from 'prom-client';
import type { CallLog } from './call-log.ts';
import type { Handlers } from './handlers.ts';
import { addHealth, type Health } from './health.ts';
import { createObserveCall } from './metrics.ts';
import { addReflection } from './reflection.ts';
import { implement, type ServeDeps } from './serve.ts';
import { toServiceDefinition } from './service-definition.ts';
import type { TokenVerifier } from './tokens.ts';

export type RpcServerOptions = {
  readonly log: CallLog;
  readonly tokens: TokenVerifier;
  readonly metrics?: Registry;
  /** Serves gRPC reflection from this descriptor set; give it in sandbox mode only. */
  readonly reflection?: { readonly descriptorSet: Uint8Array };
  /**
   * Turns a failure of what the handlers stand on, such as a database that is away, into the refusal that callers get.
   * What it hands back unchanged is a bug.
   */
  readonly asRefusal?: (error: unknown) => unknown;
  /** How long `drain` announces NOT_SERVING before it stops accepting calls, so that load balancers look elsewhere. */
  readonly unreadyMs?: number;
};

export type RpcServer = {
  /** @throws Error when a method lacks its access option or handler, or its rules do not compile: it must not start */
  add<S extends DescService>(service: S, handlers: Handlers<S>): void;
  /** Answers the port, which the system chooses when 0 is asked for. */
  listen(host: string, port: number): Promise<number>;
  /** Lets calls in flight finish for `graceMs` at most, then cuts them. */
  drain(graceMs: number): Promise<void>;
};

/** Serves gRPC. Every call is authenticated, authorised, decoded and validated, in this order, before its handler. */
export function createRpcServer(options: RpcServerOptions): RpcServer {
  const { log, tokens, metrics, reflection, asRefusal = (error) => error, unreadyMs = 500 } = options;
  const observe = createObserveCall('grpc_server_handling_seconds', metrics);
  const deps: ServeDeps = { log, tokens, observe, asRefusal };
  const server = new Server({ 'grpc.enable_channelz': 0 });
  const services: DescService[] = [];
  let health: Health | undefined;
  let boundAddress: string | undefined;

  return {
    add(service, handlers) {
      const implementation = service.methods.map((method) => [method.localName, implement(deps, method, handlers)]);
      server.addService(toServiceDefinition(service), Object.fromEntries(implementation));
      services.push(service);
    },
    async listen(host, port) {
      health = addHealth(server, services);
      if (reflection !== undefined) addReflection(server, reflection.descriptorSet);
      const addressAt = (at: number) => (host.includes(':') ? `[${host}]:${at}` : `${host}:${at}`);
      const credentials = ServerCredentials.createInsecure();
      const bound = await promisify(server.bindAsync.bind(server))(addressAt(port), credentials);
      boundAddress = addressAt(bound);
      return bound;
    },
    async drain(graceMs) {
      if (boundAddress === undefined) return;
      const waitMs = Math.min(unreadyMs, graceMs);
      health?.setAll('NOT_SERVING');
      await sleep(waitMs);
      // Not forceShutdown(): without channelz grpc-js 1.14 forgets its sessions there and cuts nothing.
      server.drain(boundAddress, graceMs - waitMs);
      await new Promise<void>((resolve) => server.tryShutdown(() => resolve()));
    },
  };
}
