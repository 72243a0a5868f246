import { create, type DescMethodUnary, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import { Client, credentials, Metadata, type ServiceError } from '@grpc/grpc-js';

export type Outcome = { readonly answer?: Uint8Array; readonly error?: ServiceError };
export type CallOptions = { readonly metadata?: Record<string, string>; readonly timeoutMs?: number };

export type GrpcCaller = {
  call<M extends DescMethodUnary>(
    method: M,
    request: MessageInitShape<M['input']>,
    options?: CallOptions,
  ): Promise<Outcome>;
  /** Calls a method that need not exist. */
  callRaw(path: string, request: Uint8Array, options?: CallOptions): Promise<Outcome>;
  close(): void;
};

/** A gRPC caller from outside, who sees statuses as they are on the wire and not what our own client makes of them. */
export function createGrpcCaller(address: string): GrpcCaller {
  const client = new Client(address, credentials.createInsecure());
  const asIs = <T>(value: T): T => value;

  function callRaw(path: string, request: Uint8Array, { metadata = {}, timeoutMs }: CallOptions = {}) {
    const headers = new Metadata();
    for (const [name, value] of Object.entries(metadata)) headers.set(name, value);
    const options = timeoutMs === undefined ? {} : { deadline: Date.now() + timeoutMs };
    return new Promise<Outcome>((resolve) => {
      client.makeUnaryRequest(path, Buffer.from, asIs<Buffer>, request, headers, options, (error, answer) =>
        resolve(error === null ? { ...(answer && { answer }) } : { error }),
      );
    });
  }

  return {
    callRaw,
    call: (method, request, options) =>
      callRaw(
        `/${method.parent.typeName}/${method.name}`,
        toBinary(method.input, create(method.input, request)),
        options,
      ),
    close: () => client.close(),
  };
}
