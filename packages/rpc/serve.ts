import { create, type DescMethod, fromBinary, type Message, toBinary } from '@bufbuild/protobuf';
import { DomainError } from '@doffers/errors';
import {
  type ServerUnaryCall,
  type ServerWritableStream,
  type sendUnaryData,
  type UntypedHandleCall,
} from '@grpc/grpc-js';
import { accessOf, authorize, type MethodAccess } from './access.ts';
import { authenticate } from './authentication.ts';
import { type CallContext, type Caller, serveCall } from './call-context.ts';
import { type CallLog, describeCaller, logFailure } from './call-log.ts';
import { handlerOf, type StreamHandler, type UnaryHandler } from './handlers.ts';
import { keys } from './metadata.ts';
import type { ObserveCall } from './metrics.ts';
import { bindPageTokens } from './page-tokens.ts';
import {
  collectHeaders,
  createContext,
  forwardedFrom,
  requestIdOf,
  type ServerCall,
  watchCancellation,
} from './server-call.ts';
import { pathOf } from './service-definition.ts';
import { isPassedOn, neverRetry, statusNameOf, toStatus, type WireStatus } from './status.ts';
import { sendAll } from './streaming.ts';
import type { TokenVerifier } from './tokens.ts';
import { compileRules, validateMessage } from './validation.ts';

export type ServeDeps = {
  readonly log: CallLog;
  readonly tokens: TokenVerifier;
  readonly observe: ObserveCall;
  readonly asRefusal: (error: unknown) => unknown;
};

/**
 * Makes the grpc-js handler of one method.
 * @throws Error when the method lacks its access option or its handler, has a rule that does not compile, or streams from
 * the client
 */
export function implement(deps: ServeDeps, method: DescMethod, handlers: object): UntypedHandleCall {
  const access = accessOf(method);
  const handle = handlerOf(handlers, method);
  compileRules(method.input);
  const paged = bindPageTokens(method, access, handle as UnaryHandler);
  switch (method.methodKind) {
    case 'unary':
      return (call: ServerUnaryCall<Uint8Array, Uint8Array>, done: sendUnaryData<Uint8Array>) =>
        void serve(deps, { method, access, call, answer: unaryAnswer(method, paged, done) });
    case 'server_streaming':
      return (call: ServerWritableStream<Uint8Array, Uint8Array>) =>
        void serve(deps, { method, access, call, answer: streamAnswer(method, handle as StreamHandler, call) });
    case 'client_streaming':
    case 'bidi_streaming':
      throw new Error(`${pathOf(method)}: ${method.methodKind} is not supported`);
  }
}

type Served = {
  readonly method: DescMethod;
  readonly access: MethodAccess;
  readonly call: ServerCall;
  readonly answer: Answer;
};

/** How a handler's outcome gets onto the wire; unary calls and streams differ only in this. */
type Answer = {
  /** Runs the handler; what it answers sends the end of the call. */
  run(request: Message, context: CallContext, flushHeaders: () => void): Promise<() => void>;
  fail(status: WireStatus): void;
};

function unaryAnswer({ output }: DescMethod, handle: UnaryHandler, done: sendUnaryData<Uint8Array>): Answer {
  return {
    async run(request, context, flushHeaders) {
      const bytes = toBinary(output, create(output, await handle(request, context)));
      return () => {
        flushHeaders();
        done(null, bytes);
      };
    },
    fail: (status) => done(status),
  };
}

function streamAnswer(
  { output }: DescMethod,
  handle: StreamHandler,
  call: ServerWritableStream<Uint8Array, Uint8Array>,
): Answer {
  return {
    async run(request, context, flushHeaders) {
      async function* messages() {
        for await (const message of handle(request, context)) {
          flushHeaders();
          yield toBinary(output, create(output, message));
        }
      }
      await sendAll(call, messages(), context.signal);
      return () => {
        flushHeaders();
        call.end();
      };
    },
    fail: (status) => void call.emit('error', status), // grpc-js: flushes what was written, then sends the status
  };
}

/** Serves one call: who is it, may they, is the request sound, and only then the handler. Never rejects. */
async function serve(deps: ServeDeps, { method, access, call, answer }: Served): Promise<void> {
  const startedAt = performance.now();
  const requestId = requestIdOf(call);
  const cancellation = watchCancellation(call);
  const { signal } = cancellation;
  const headers = collectHeaders(call);
  let caller: Caller = { kind: 'anonymous' };
  let failure: unknown;
  try {
    caller = await authenticate(call.metadata, deps.tokens);
    authorize(access, caller);
    const request = decode(method, call.request);
    const context = createContext({ call, requestId, caller, signal, setHeader: headers.set });
    const forwarded = () => forwardedFrom(call, context);
    const finish = await serveCall({ context, forwarded }, () => answer.run(request, context, headers.flush));
    signal.throwIfAborted();
    cancellation.finish();
    finish();
  } catch (error) {
    failure = signal.aborted && isRefusalOrAbort(error) ? signal.reason : deps.asRefusal(error);
    cancellation.finish();
    const status = toStatus(failure, requestId);
    if (caller.kind === 'service' && isPassedOn(failure)) status.metadata.set(keys.retryPushback, neverRetry);
    answer.fail(status);
  }
  const seconds = (performance.now() - startedAt) / 1_000;
  const code = failure === undefined ? 'OK' : statusNameOf(failure);
  deps.observe({ service: method.parent.typeName, method: method.name, code, seconds });
  if (failure !== undefined) {
    const rpc = pathOf(method).slice(1);
    logFailure(deps.log, { rpc, requestId, caller: describeCaller(caller), seconds, error: failure });
  }
}

/** @throws DomainError MALFORMED_REQUEST or VALIDATION */
function decode({ input }: DescMethod, bytes: Uint8Array): Message {
  const request = parse(input, bytes);
  validateMessage(input, request);
  return request;
}

function parse(input: DescMethod['input'], bytes: Uint8Array): Message {
  try {
    return fromBinary(input, bytes);
  } catch (cause) {
    throw new DomainError('invalid_argument', 'MALFORMED_REQUEST', 'the request cannot be read', { cause });
  }
}

/** What a handler throws because its call was cancelled under it; anything else is still a bug worth its stack. */
function isRefusalOrAbort(error: unknown): boolean {
  return error instanceof DomainError || (error instanceof Error && error.name === 'AbortError');
}
