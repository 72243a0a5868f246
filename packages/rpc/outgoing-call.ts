import { type DescMethod, getOption, type Message, toBinary } from '@bufbuild/protobuf';
import { DomainError } from '@doffers/errors';
import { route } from '@doffers/proto/route/v1/route';
import { Metadata, type ServiceError, status } from '@grpc/grpc-js';
import { currentCall, forwardedMetadata } from './call-context.ts';
import { channelTo } from './channel.ts';
import type { ServiceIdentity } from './identity.ts';
import { keys } from './metadata.ts';
import { asIs, pathOf, toBuffer } from './service-definition.ts';
import { fromServiceError } from './status.ts';
import { readAll } from './streaming.ts';

export type CallOptions = {
  /** Replaces the client's deadline; the call being served may still end earlier. Streams have no other deadline. */
  readonly timeoutMs?: number;
  /** Cancels the call here and on the server. */
  readonly signal?: AbortSignal;
  /** Metadata beside what every call carries. */
  readonly metadata?: Readonly<Record<string, string>>;
};

/** Whom a client calls, and as whom. */
export type Peer = {
  readonly target: string;
  readonly address: string;
  readonly identity: ServiceIdentity | undefined;
};

/** What one call is on the wire; its retries share it. */
export type OutgoingCall = {
  readonly rpc: string;
  readonly path: string;
  readonly bytes: Uint8Array;
  /** Milliseconds since the epoch; infinite for streams without a limit. */
  readonly deadline: number;
  readonly signal: AbortSignal | undefined;
  readonly metadata: Readonly<Record<string, string>>;
};

/**
 * How long a unary call may take: what its client allows, or longer where the method itself says that it takes longer.
 */
export function patienceMs(method: DescMethod, clientMs: number): number {
  return Math.max(clientMs, getOption(method, route).timeoutSeconds * 1_000);
}

/** Fixes what the call inherits from the call being served: it never outlives that one. */
export function prepareCall(method: DescMethod, request: Message, options: CallOptions): OutgoingCall {
  const served = currentCall();
  const path = pathOf(method);
  return {
    rpc: path.slice(1),
    path,
    bytes: toBinary(method.input, request),
    deadline: Math.min(
      options.timeoutMs === undefined ? Number.POSITIVE_INFINITY : Date.now() + options.timeoutMs,
      served?.deadline?.getTime() ?? Number.POSITIVE_INFINITY,
    ),
    signal: either(served?.signal, options.signal),
    metadata: { ...forwardedMetadata(), ...options.metadata },
  };
}

function either(one: AbortSignal | undefined, other: AbortSignal | undefined): AbortSignal | undefined {
  return one !== undefined && other !== undefined ? AbortSignal.any([one, other]) : (one ?? other);
}

/** @throws DomainError as the other side threw it, or UpstreamError */
export async function sendUnary(peer: Peer, call: OutgoingCall): Promise<Uint8Array> {
  const metadata = await toMetadata(peer, call);
  if (call.signal?.aborted) throw toCancellation(call.signal);
  return new Promise((resolve, reject) => {
    const options = { deadline: call.deadline };
    const channel = channelTo(peer.address);
    const sent = channel.makeUnaryRequest(call.path, toBuffer, asIs, call.bytes, metadata, options, (error, bytes) => {
      stopListening();
      if (error !== null) reject(toError(error, call));
      else resolve(bytes ?? new Uint8Array());
    });
    const stopListening = onAbort(call.signal, () => sent.cancel());
  });
}

/** @throws what `sendUnary` throws, after the messages that came before the failure */
export async function* sendStream(peer: Peer, call: OutgoingCall): AsyncGenerator<Uint8Array> {
  const metadata = await toMetadata(peer, call);
  if (call.signal?.aborted) throw toCancellation(call.signal);
  const options = { deadline: call.deadline };
  const channel = channelTo(peer.address);
  const stream = channel.makeServerStreamRequest(call.path, toBuffer, asIs, call.bytes, metadata, options);
  const stopListening = onAbort(call.signal, () => stream.cancel());
  try {
    yield* readAll(stream);
  } catch (error) {
    throw toError(error as ServiceError, call);
  } finally {
    stopListening();
  }
}

async function toMetadata({ target, identity }: Peer, call: OutgoingCall): Promise<Metadata> {
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(call.metadata)) metadata.set(name, value);
  if (identity !== undefined) metadata.set(keys.serviceToken, `Bearer ${await identity.tokenFor(target)}`);
  return metadata;
}

function onAbort(signal: AbortSignal | undefined, cancel: () => void): () => void {
  signal?.addEventListener('abort', cancel, { once: true });
  return () => signal?.removeEventListener('abort', cancel);
}

function toError(error: ServiceError, { rpc, signal }: OutgoingCall): Error {
  if (error.code === status.CANCELLED && signal?.aborted) return toCancellation(signal);
  return fromServiceError(error, rpc);
}

/** A call being served states itself why it ended; anybody else's reason becomes the cause. */
function toCancellation({ reason }: AbortSignal): DomainError {
  if (reason instanceof DomainError) return reason;
  return new DomainError('cancelled', 'CANCELLED', 'the call was cancelled', { cause: reason });
}
