import { randomUUID } from 'node:crypto';
import { DomainError } from '@doffers/errors';
import { Metadata, type ServerUnaryCall, type ServerWritableStream } from '@grpc/grpc-js';
import { userTokenOf } from './authentication.ts';
import { type CallContext, type Caller, userOf } from './call-context.ts';
import { keys, textOf } from './metadata.ts';

export type ServerCall = ServerUnaryCall<Uint8Array, Uint8Array> | ServerWritableStream<Uint8Array, Uint8Array>;

const usableId = /^[A-Za-z0-9._:-]{1,64}$/;

/** The caller's request id, or a new one when it sent none that is fit for logs. */
export function requestIdOf({ metadata }: ServerCall): string {
  const given = textOf(metadata, keys.requestId);
  return given !== undefined && usableId.test(given) ? given : randomUUID();
}

/**
 * The caller counts its deadline from when it sent the call, this side from when the call arrived: a cancellation so
 * shortly before the deadline is the caller's deadline. Timers may also fire a little early.
 */
const timerSlackMs = 25;

/**
 * A signal that aborts when the caller goes away or its deadline passes; its reason says which.
 * grpc-js emits `cancelled` after every call, also a successful one: `finish` says that it does not matter any more.
 */
export function watchCancellation(call: ServerCall): { signal: AbortSignal; finish(): void } {
  const controller = new AbortController();
  const onCancelled = () => controller.abort(cancellation(deadlineOf(call)));
  call.once('cancelled', onCancelled);
  if (call.cancelled) onCancelled();
  return { signal: controller.signal, finish: () => call.off('cancelled', onCancelled) };
}

function cancellation(deadline: Date | undefined): DomainError {
  const late = deadline !== undefined && deadline.getTime() - timerSlackMs <= Date.now();
  return late
    ? new DomainError('deadline_exceeded', 'DEADLINE_EXCEEDED', 'this took too long; try again')
    : new DomainError('cancelled', 'CANCELLED', 'the call was cancelled');
}

function deadlineOf(call: ServerCall): Date | undefined {
  const deadline = Number(call.getDeadline());
  return Number.isFinite(deadline) ? new Date(deadline) : undefined;
}

export type Headers = { readonly set: (name: string, value: string) => void; readonly flush: () => void };

/** Response headers, collected until the first message goes out. */
export function collectHeaders(call: ServerCall): Headers {
  const metadata = new Metadata();
  let sent = false;
  return {
    set(name, value) {
      if (sent) throw new Error(`too late for header ${name}: the first message has been sent`);
      metadata.add(name, value);
    },
    flush() {
      if (!sent) call.sendMetadata(metadata);
      sent = true;
    },
  };
}

export type ContextParts = {
  readonly call: ServerCall;
  readonly requestId: string;
  readonly caller: Caller;
  readonly signal: AbortSignal;
  readonly setHeader: (name: string, value: string) => void;
};

export function createContext({ call, requestId, caller, signal, setHeader }: ContextParts): CallContext {
  return {
    requestId,
    caller,
    actorId: actorOf(caller, call.metadata),
    deadline: deadlineOf(call),
    signal,
    clientAddress: clientAddressOf(call),
    metadata: (name) => textOf(call.metadata, name),
    setHeader,
    created(location) {
      setHeader(keys.httpStatus, '201');
      if (location !== undefined) setHeader(keys.location, location);
    },
  };
}

function actorOf(caller: Caller, metadata: Metadata): string | undefined {
  const user = userOf(caller);
  if (user !== undefined) return user.userId;
  return caller.kind === 'service' ? textOf(metadata, keys.actorId) : undefined;
}

/** The gateway appends the address it saw to whatever the client claimed, so only the last entry counts. */
function clientAddressOf(call: ServerCall): string | undefined {
  const external = textOf(call.metadata, keys.externalAddress);
  const forwarded = textOf(call.metadata, keys.forwardedFor)?.split(',').at(-1)?.trim();
  return external || forwarded || /^\[?(.+?)\]?:\d+$/.exec(call.getPeer())?.[1];
}

/** What calls made while serving this one pass on: who asks, under which id, in which trace. */
export function forwardedFrom({ metadata }: ServerCall, context: CallContext): Readonly<Record<string, string>> {
  const token = userTokenOf(metadata);
  const values: Record<string, string | undefined> = {
    [keys.requestId]: context.requestId,
    [keys.userToken]: token === undefined ? undefined : `Bearer ${token}`,
    [keys.actorId]: context.actorId,
    [keys.forwardedFor]: context.clientAddress,
    [keys.traceparent]: textOf(metadata, keys.traceparent),
  };
  return Object.fromEntries(
    Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
