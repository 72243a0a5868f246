import {
  createFileRegistry,
  type DescMethod,
  type DescService,
  fromBinary,
  getOption,
  hasOption,
} from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { http as httpOption } from '@doffers/proto/google/api/annotations';
import type { HttpRule } from '@doffers/proto/google/api/http';
import { route } from '@doffers/proto/route/v1/route';
import { accessOf, type MethodAccess } from '@doffers/rpc';

/** How REST reaches a method: a verb, a path with `{fields}`, and which part of the request is the body. */
export type HttpBinding = {
  readonly verb: 'get' | 'put' | 'post' | 'delete' | 'patch';
  readonly path: string;
  /** `*`, the name of a field, or empty when there is none. */
  readonly body: string;
};

/** What the gateway has to know about a method. All of it is stated in the protos. */
export type GatewayMethod = {
  readonly desc: DescMethod;
  /** The method's name on the wire, `/package.Service/Method`. */
  readonly path: string;
  /** The process that serves it: `doffers.user.v1` belongs to `user`. */
  readonly domain: string;
  readonly access: MethodAccess;
  readonly streams: boolean;
  readonly timeoutMs: number;
  readonly bindings: readonly HttpBinding[];
};

const defaultTimeoutSeconds = 5;

/** Every service of the platform in a descriptor set, in the order of their names. */
export function servicesIn(descriptors: Uint8Array): readonly DescService[] {
  const registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, descriptors));
  return [...registry]
    .filter((type) => type.kind === 'service')
    .filter(({ typeName }) => typeName.startsWith('doffers.'))
    .toSorted((a, b) => (a.typeName < b.typeName ? -1 : 1));
}

/** @throws Error when a method does not say who may call it, or has a binding that the gateway cannot serve */
export function readMethod(desc: DescMethod): GatewayMethod {
  const [, domain = ''] = desc.parent.typeName.split('.');
  const seconds = hasOption(desc, route) ? getOption(desc, route).timeoutSeconds : 0;
  return {
    desc,
    path: `/${desc.parent.typeName}/${desc.name}`,
    domain,
    access: accessOf(desc),
    streams: desc.methodKind === 'server_streaming',
    timeoutMs: (seconds || defaultTimeoutSeconds) * 1_000,
    bindings: hasOption(desc, httpOption) ? bindingsOf(getOption(desc, httpOption)) : [],
  };
}

function bindingsOf(rule: HttpRule): readonly HttpBinding[] {
  return [rule, ...rule.additionalBindings].map(({ pattern, body }) => {
    if (pattern.case === undefined || pattern.case === 'custom') throw new Error('only the five HTTP verbs are served');
    return { verb: pattern.case, path: pattern.value, body };
  });
}
