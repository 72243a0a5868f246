import {
  create,
  type DescMethod,
  type DescMethodServerStreaming,
  type DescMethodUnary,
  type DescService,
  fromBinary,
  type MessageInitShape,
  type MessageShape,
} from '@bufbuild/protobuf';
import type { Registry } from 'prom-client';
import type { ServiceIdentity } from './identity.ts';
import { createObserveCall, type ObserveCall } from './metrics.ts';
import { type CallOptions, type Peer, patienceMs, prepareCall, sendStream, sendUnary } from './outgoing-call.ts';
import { isIdempotent, withRetries } from './retry.ts';
import { pathOf } from './service-definition.ts';
import { statusNameOf } from './status.ts';

/** A client of `S`: promises for unary methods, async iterables for server streams. */
export type Client<S extends DescService> = {
  [K in keyof S['method']]: S['method'][K] extends DescMethodUnary<infer I, infer O>
    ? (request: MessageInitShape<I>, options?: CallOptions) => Promise<MessageShape<O>>
    : S['method'][K] extends DescMethodServerStreaming<infer I, infer O>
      ? (request: MessageInitShape<I>, options?: CallOptions) => AsyncIterable<MessageShape<O>>
      : never;
};

export type RpcClientOptions = {
  /** The process behind `address`; service tokens are made out to it. */
  readonly target: string;
  readonly address: string;
  /** Who calls. Without it the call is a stranger's, as from outside the platform. */
  readonly identity?: ServiceIdentity;
  /** No unary call waits longer, except for methods that state a longer time themselves. */
  readonly timeoutMs?: number;
  /** `idempotent` (the default) repeats reads and commands with a request id when the service is unreachable. */
  readonly retry?: 'idempotent' | 'never';
  readonly metrics?: Registry;
};

/**
 * Makes a typed client. Inside a handler its calls carry the request id, the trace, the person's token and what is left
 * of the deadline, and end when the handler's own call ends. Errors arrive as the `DomainError` that the other side
 * threw; faults of a service arrive as `UpstreamError`, so that they are answered as internal errors here too.
 */
export function createRpcClient<S extends DescService>(service: S, options: RpcClientOptions): Client<S> {
  const { target, address, identity, timeoutMs = 5_000, retry = 'idempotent', metrics } = options;
  const observe = createObserveCall('grpc_client_handling_seconds', metrics);
  const deps: Deps = { peer: { target, address, identity }, timeoutMs, retry, observe };
  return Object.fromEntries(
    service.methods.map((method) => [method.localName, callerOf(deps, method)]),
  ) as unknown as Client<S>; // built from the same descriptor as the type
}

type Init = Record<string, unknown>;

type Deps = {
  readonly peer: Peer;
  readonly timeoutMs: number;
  readonly retry: 'idempotent' | 'never';
  readonly observe: ObserveCall;
};

function callerOf(deps: Deps, method: DescMethod) {
  switch (method.methodKind) {
    case 'unary': {
      const own = { ...deps, timeoutMs: patienceMs(method, deps.timeoutMs) };
      return (init: Init, options: CallOptions = {}) => callUnary(own, method, init, options);
    }
    case 'server_streaming':
      return (init: Init, options: CallOptions = {}) => callStream(deps, method, init, options);
    case 'client_streaming':
    case 'bidi_streaming':
      return () => {
        throw new Error(`${pathOf(method)}: ${method.methodKind} is not supported`);
      };
  }
}

async function callUnary(
  { peer, timeoutMs, retry, observe }: Deps,
  method: DescMethod,
  init: Init,
  options: CallOptions,
) {
  const request = create(method.input, init);
  const call = prepareCall(method, request, { timeoutMs, ...options });
  const repeat = retry === 'idempotent' && isIdempotent(method, request);
  const finished = watch(observe, method);
  let code = 'OK';
  try {
    const bytes = await (repeat ? withRetries(call, () => sendUnary(peer, call)) : sendUnary(peer, call));
    return fromBinary(method.output, bytes);
  } catch (error) {
    code = statusNameOf(error);
    throw error;
  } finally {
    finished(code);
  }
}

/** Nothing is sent before the first message is asked for. */
async function* callStream({ peer, observe }: Deps, method: DescMethod, init: Init, options: CallOptions) {
  const call = prepareCall(method, create(method.input, init), options);
  const finished = watch(observe, method);
  let code = 'CANCELLED'; // what it stays when the reader stops early
  try {
    for await (const bytes of sendStream(peer, call)) yield fromBinary(method.output, bytes);
    code = 'OK';
  } catch (error) {
    code = statusNameOf(error);
    throw error;
  } finally {
    finished(code);
  }
}

function watch(observe: ObserveCall, method: DescMethod): (code: string) => void {
  const startedAt = performance.now();
  return (code) => {
    const seconds = (performance.now() - startedAt) / 1_000;
    observe({ service: method.parent.typeName, method: method.name, code, seconds });
  };
}
