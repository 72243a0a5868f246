import { fileURLToPath } from 'node:url';
import { fromBinary, toBinary } from '@bufbuild/protobuf';
import {
  type DescriptorProto,
  type FileDescriptorProto,
  FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
} from '@bufbuild/protobuf/wkt';
import { type Server, type ServerDuplexStream, type ServiceDefinition, status } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { toBuffer } from './service-definition.ts';

type ReflectionRequest = { listServices?: string; fileContainingSymbol?: string; fileByFilename?: string };

/**
 * Serves grpc.reflection.v1 from the raw descriptor set. The ready-made `@grpc/reflection` service rebuilds the files
 * and loses google/protobuf and google/api on the way, so that grpcurl cannot resolve our messages; only its proto is
 * used here.
 */
export function addReflection(server: Server, descriptorSet: Uint8Array): void {
  const answer = createReflection(descriptorSet);
  server.addService(reflectionService(), {
    serverReflectionInfo(call: ServerDuplexStream<ReflectionRequest, object>) {
      call.on('data', (request: ReflectionRequest) => call.write({ originalRequest: request, ...answer(request) }));
      call.on('end', () => call.end());
    },
  });
}

function reflectionService(): ServiceDefinition {
  const proto = import.meta.resolve('@grpc/reflection/build/proto/grpc/reflection/v1/reflection.proto');
  const loaded = loadSync(fileURLToPath(proto), { oneofs: false });
  return loaded['grpc.reflection.v1.ServerReflection'] as ServiceDefinition;
}

function createReflection(descriptorSet: Uint8Array): (request: ReflectionRequest) => object {
  const files = fromBinary(FileDescriptorSetSchema, descriptorSet).file;
  const byName = new Map(files.map((file) => [file.name, file]));
  const bySymbol = new Map(files.flatMap((file) => symbolsOf(file).map((symbol) => [symbol, file.name])));
  const services = files.flatMap((file) => file.service.map(({ name }) => ({ name: qualify(file, name) })));

  return ({ listServices, fileByFilename, fileContainingSymbol }) => {
    if (listServices !== undefined) return { listServicesResponse: { service: services } };
    const name = fileByFilename ?? bySymbol.get(fileContainingSymbol ?? '');
    if (name === undefined || !byName.has(name)) {
      return { errorResponse: { errorCode: status.NOT_FOUND, errorMessage: 'not found' } };
    }
    const fileDescriptorProto = withDependencies(name, byName).map((file) =>
      toBuffer(toBinary(FileDescriptorProtoSchema, file)),
    );
    return { fileDescriptorResponse: { fileDescriptorProto } };
  };
}

function qualify(file: FileDescriptorProto, name: string): string {
  return file.package === '' ? name : `${file.package}.${name}`;
}

function symbolsOf(file: FileDescriptorProto): string[] {
  const methods = file.service.flatMap((service) => service.method.map(({ name }) => `${service.name}.${name}`));
  const named = [...file.service, ...file.enumType, ...file.extension].map(({ name }) => name);
  const messages = file.messageType.flatMap((message) => typesIn(message));
  return [...named, ...methods, ...messages].map((name) => qualify(file, name));
}

/** A message with all messages and enums declared inside of it. */
function typesIn({ name, nestedType, enumType }: DescriptorProto): string[] {
  const inside = [...nestedType.flatMap(typesIn), ...enumType.map((nested) => nested.name)];
  return [name, ...inside.map((nested) => `${name}.${nested}`)];
}

function withDependencies(
  name: string,
  byName: ReadonlyMap<string, FileDescriptorProto>,
  found = new Map<string, FileDescriptorProto>(),
): FileDescriptorProto[] {
  const file = byName.get(name);
  if (file !== undefined && !found.has(name)) {
    found.set(name, file);
    for (const dependency of file.dependency) withDependencies(dependency, byName, found);
  }
  return [...found.values()];
}
