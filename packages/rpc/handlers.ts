import type {
  DescMethod,
  DescMethodServerStreaming,
  DescMethodUnary,
  DescService,
  Message,
  MessageInitShape,
  MessageShape,
} from '@bufbuild/protobuf';
import type { CallContext } from './call-context.ts';

/** What a service implements: one async function per unary method, one async iterable per server stream. */
export type Handlers<S extends DescService> = {
  [K in keyof S['method']]: Handler<S['method'][K]>;
};

export type Handler<M extends DescMethod> =
  M extends DescMethodUnary<infer I, infer O>
    ? (request: MessageShape<I>, context: CallContext) => Promise<MessageInitShape<O>>
    : M extends DescMethodServerStreaming<infer I, infer O>
      ? (request: MessageShape<I>, context: CallContext) => AsyncIterable<MessageInitShape<O>>
      : never;

type Init = Record<string, unknown>;
export type UnaryHandler = (request: Message, context: CallContext) => Promise<Init>;
export type StreamHandler = (request: Message, context: CallContext) => AsyncIterable<Init>;

/** Takes one handler out of its typed table; `Handlers` has already checked its shape, which a loop cannot see. */
export function handlerOf(handlers: object, method: DescMethod): UnaryHandler | StreamHandler {
  const handler: unknown = Reflect.get(handlers, method.localName);
  if (typeof handler !== 'function') throw new Error(`${method.parent.typeName}: no handler for ${method.name}`);
  return handler.bind(handlers) as UnaryHandler | StreamHandler;
}
