import { once } from 'node:events';
import type { ClientReadableStream, ServerWritableStream } from '@grpc/grpc-js';

/**
 * Sends messages as fast as the client reads them. Stops when `signal` aborts; leaving the loop ends the handler's
 * generator, so its `finally` blocks run.
 */
export async function sendAll(
  call: ServerWritableStream<Uint8Array, Uint8Array>,
  messages: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): Promise<void> {
  for await (const message of messages) {
    signal.throwIfAborted();
    // once() takes its listeners away again, also when aborted: a long stream leaves none behind.
    if (!call.write(message)) await once(call, 'drain', { signal });
  }
}

/** Reads a stream one message at a time; whoever stops reading early cancels the call. */
export async function* readAll(stream: ClientReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    for await (const message of stream) yield message as Uint8Array;
  } finally {
    stream.cancel(); // does nothing once the call has ended
  }
}
