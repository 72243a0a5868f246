import type { DescService } from '@bufbuild/protobuf';
import { FaultService } from '@doffers/proto/fault/v1/fault_service';
import type { Registry } from 'prom-client';
import {
  type CallLog,
  type Client,
  closeChannels,
  createFaultHandlers,
  createRpcClient,
  createRpcServer,
  createServiceIdentity,
  createTokenVerifier,
  type Handlers,
  type RpcClientOptions,
  type ServiceIdentity,
} from '../index.ts';
import { makeKey, sign, userClaims } from './keys.ts';

export type LogLine = { readonly level: string; readonly fields: Record<string, unknown>; readonly message: string };

/** A log that keeps its lines. */
export function recordingLog(): { log: CallLog; lines: LogLine[] } {
  const lines: LogLine[] = [];
  const at = (level: string) => (fields: Record<string, unknown>, message: string) =>
    void lines.push({ level, fields, message });
  const log = { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
  return { log: log as unknown as CallLog, lines }; // pino's signatures have more overloads than anybody calls here
}

const userKey = await makeKey('access-1');
const serviceKeys = { offer: await makeKey('svc-offer'), payment: await makeKey('svc-payment') };
const publicSet = { keys: Object.values(serviceKeys).map(({ publicJwk }) => publicJwk) };

export const userToken = (claims: Parameters<typeof userClaims>[0] = {}) => sign(userKey, userClaims(claims));

export function identityOf(name: keyof typeof serviceKeys): ServiceIdentity {
  return createServiceIdentity({ name, privateJwk: serviceKeys[name].privateJwk });
}

export type LoopbackOptions = {
  readonly service?: typeof FaultService;
  readonly handlers?: Partial<Handlers<typeof FaultService>>;
  readonly metrics?: Registry;
  readonly port?: number;
  readonly unreadyMs?: number;
  readonly reflection?: { readonly descriptorSet: Uint8Array };
  readonly asRefusal?: (error: unknown) => unknown;
};

/** A real server named `user` on a free port of this machine, with the fault service or a variant of it. */
export async function startLoopback(options: LoopbackOptions = {}) {
  const { service = FaultService, handlers, metrics, port = 0, unreadyMs = 0, reflection, asRefusal } = options;
  const { log, lines } = recordingLog();
  const tokens = createTokenVerifier({ self: 'user', jwks: { keys: [userKey.publicJwk] }, servicesJwks: publicSet });
  const optional = {
    ...(metrics === undefined ? {} : { metrics }),
    ...(reflection === undefined ? {} : { reflection }),
    ...(asRefusal === undefined ? {} : { asRefusal }),
  };
  const server = createRpcServer({ log, tokens, unreadyMs, ...optional });
  server.add(service, { ...createFaultHandlers(), ...handlers });
  const address = `127.0.0.1:${await server.listen('127.0.0.1', port)}`;
  return {
    server,
    address,
    lines,
    client: (changes: Partial<RpcClientOptions> = {}): Client<typeof FaultService> =>
      clientOf(FaultService, address, changes),
    async [Symbol.asyncDispose]() {
      await server.drain(0);
      closeChannels();
    },
  };
}

export function clientOf<S extends DescService>(
  service: S,
  address: string,
  changes: Partial<RpcClientOptions> = {},
): Client<S> {
  return createRpcClient(service, { target: 'user', address, ...changes });
}

/** The error of a promise that must fail. */
export async function failureOf(work: Promise<unknown> | (() => Promise<unknown>)): Promise<Error> {
  const settled = await Promise.resolve(typeof work === 'function' ? work() : work).then(
    () => undefined,
    (error: unknown) => error,
  );
  if (settled instanceof Error) return settled;
  throw new Error('the call was expected to fail');
}

/** Waits until a condition holds; fails when it never does. */
export async function until(condition: () => boolean, what: string): Promise<void> {
  for (let tries = 0; tries < 500; tries++) {
    if (condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`never happened: ${what}`);
}

/** Reads a stream to its end. */
export async function collect<T>(messages: AsyncIterable<T>): Promise<T[]> {
  const read: T[] = [];
  for await (const message of messages) read.push(message);
  return read;
}

/** Reads one message and leaves. */
export async function first<T>(messages: AsyncIterable<T>): Promise<T> {
  for await (const message of messages) return message;
  throw new Error('the stream is empty');
}
