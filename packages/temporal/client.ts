import { currentCall } from '@doffers/rpc';
import { InterceptingCall, type Interceptor } from '@grpc/grpc-js';
import { Client, Connection, defaultGrpcRetryOptions, makeGrpcRetryInterceptor } from '@temporalio/client';
import { callHeaderInterceptor } from './call-header.ts';

export type TemporalClient = Client;

export type TemporalClientOptions = { readonly address: string; readonly namespace: string };

/**
 * A client that connects when it is first used and again whenever it must, so that a service starts, and answers what it
 * can, without Temporal. Calls that fail in passing are repeated, inside a handler only as long as its own caller waits.
 * Whatever it starts or tells carries the request id and the person behind the current call.
 */
export function createTemporalClient({ address, namespace }: TemporalClientOptions): TemporalClient {
  const connection = Connection.lazy({
    address,
    interceptors: [withinCallersDeadline, makeGrpcRetryInterceptor(defaultGrpcRetryOptions())],
    channelArgs: {
      // After a restart of the server, back within a second instead of grpc-js's minutes of growing back-off.
      'grpc.initial_reconnect_backoff_ms': 100,
      'grpc.max_reconnect_backoff_ms': 1_000,
    },
  });
  return new Client({ connection, namespace, interceptors: { workflow: [callHeaderInterceptor] } });
}

/** Before the retries, so that all of them together end in time. */
const withinCallersDeadline: Interceptor = (options, nextCall) => {
  const deadline = options.deadline ?? currentCall()?.deadline;
  return new InterceptingCall(nextCall(deadline === undefined ? options : { ...options, deadline }));
};
