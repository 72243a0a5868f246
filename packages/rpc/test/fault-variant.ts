import type { DescFile } from '@bufbuild/protobuf';
import {
  create,
  createFileRegistry,
  fromBinary,
  type MessageInitShape,
  setExtension,
  toBinary,
} from '@bufbuild/protobuf';
import { type FileDescriptorProto, FileDescriptorSetSchema, MethodOptionsSchema } from '@bufbuild/protobuf/wkt';
import { AccessSchema as Access, type AccessSchema, access } from '@doffers/proto/access/v1/access';
import { FaultService } from '@doffers/proto/fault/v1/fault_service';

type Wanted = MessageInitShape<typeof AccessSchema> | 'missing';

/** FaultService with other access options, as if its proto said so. Methods that are not named keep theirs. */
export function faultServiceWith(wanted: { readonly [method: string]: Wanted }): typeof FaultService {
  const set = descriptorSetOf(FaultService.file);
  const service = set.file.find(({ name }) => name === FaultService.file.proto.name)?.service[0];
  for (const method of service?.method ?? []) {
    const option = wanted[method.name];
    if (option === undefined) continue;
    method.options = create(MethodOptionsSchema);
    if (option !== 'missing') setExtension(method.options, access, create(Access, option));
  }
  const variant = createFileRegistry(set).getService(FaultService.typeName);
  if (variant === undefined) throw new Error('the variant has lost its service');
  return variant as unknown as typeof FaultService; // the same methods and messages, only described anew
}

/** A file and all it imports, dependencies first, as `buf build` writes them. */
export function descriptorSetOf(...roots: readonly DescFile[]) {
  const files = new Map<string, FileDescriptorProto>();
  const visit = (file: DescFile) => {
    if (files.has(file.proto.name)) return;
    file.dependencies.forEach(visit);
    files.set(file.proto.name, file.proto);
  };
  roots.forEach(visit);
  const set = create(FileDescriptorSetSchema, { file: [...files.values()] });
  return fromBinary(FileDescriptorSetSchema, toBinary(FileDescriptorSetSchema, set)); // a copy that may be changed
}
