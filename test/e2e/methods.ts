import { readFileSync } from 'node:fs';
import { createFileRegistry, type DescMethod, fromBinary, getOption } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { http } from '@doffers/proto/google/api/annotations';
import { serviceNames } from '@doffers/topology';

const descriptors = new URL('../../gateway/descriptors/doffers.binpb', import.meta.url);

/** A method that is reachable over REST, with its verb and the template of its path. */
export type RestMethod = {
  readonly name: string;
  readonly desc: DescMethod;
  readonly verb: 'get' | 'post' | 'put' | 'patch' | 'delete';
  readonly path: string;
  /** The fields that the path holds, such as `shop_id`. */
  readonly inPath: readonly string[];
};

/** Every method of the platform that is reachable under /v1, as the descriptors list them. */
export function restMethods(): readonly RestMethod[] {
  const registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, readFileSync(descriptors)));
  return [...registry].flatMap((type) => {
    const isOurs = type.kind === 'service' && serviceNames.some((name) => type.typeName.startsWith(`doffers.${name}.`));
    return isOurs ? type.methods.flatMap(asRest) : [];
  });
}

function asRest(desc: DescMethod): RestMethod[] {
  const { pattern } = getOption(desc, http);
  if (pattern.case === undefined || pattern.case === 'custom' || !pattern.value.startsWith('/v1/')) return [];
  const inPath = [...pattern.value.matchAll(/\{([a-z_.]+)\}/g)].map(([, field = '']) => field);
  return [{ name: desc.name, desc, verb: pattern.case, path: pattern.value, inPath }];
}
