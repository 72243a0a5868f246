import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createFileRegistry, fromBinary, toBinary } from '@bufbuild/protobuf';
import { FileDescriptorProtoSchema, FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { FaultService } from '@doffers/proto/fault/v1/fault_service';
import {
  Client,
  type ClientDuplexStream,
  credentials,
  loadPackageDefinition,
  type ServiceError,
  status,
} from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { descriptorSetOf } from './test/fault-variant.ts';
import { startLoopback } from './test/loopback.ts';

type Answer = {
  listServicesResponse?: { service: { name: string }[] };
  fileDescriptorResponse?: { fileDescriptorProto: Buffer[] };
  errorResponse?: { errorCode: number };
};

const proto = fileURLToPath(import.meta.resolve('@grpc/reflection/build/proto/grpc/reflection/v1/reflection.proto'));
const { 'grpc.reflection.v1.ServerReflection': definition } = loadSync(proto);

/** Asks as grpcurl does. */
async function ask(address: string, request: object): Promise<Answer> {
  const Reflection = loadPackageDefinition({ r: definition ?? assert.fail() })['r'] as unknown as new (
    ...args: ConstructorParameters<typeof Client>
  ) => Client & { serverReflectionInfo(): ClientDuplexStream<object, Answer> };
  const client = new Reflection(address, credentials.createInsecure());
  try {
    return await new Promise((resolve, reject) => {
      const call = client.serverReflectionInfo();
      call.on('data', (answer: Answer) => resolve(answer));
      call.on('error', (error: ServiceError) => reject(error));
      call.write(request);
      call.end();
    });
  } finally {
    client.close();
  }
}

const descriptorSet = toBinary(FileDescriptorSetSchema, descriptorSetOf(FaultService.file));

test('lists the services of the descriptor set', async () => {
  await using loopback = await startLoopback({ reflection: { descriptorSet } });
  const { listServicesResponse } = await ask(loopback.address, { listServices: '' });
  assert.deepEqual(
    listServicesResponse?.service.map(({ name }) => name),
    [FaultService.typeName],
  );
});

for (const symbol of [FaultService.typeName, `${FaultService.typeName}.Echo`, 'doffers.fault.v1.FailRequest.Style']) {
  test(`answers ${symbol} with every file that is needed to understand it`, async () => {
    await using loopback = await startLoopback({ reflection: { descriptorSet } });
    const { fileDescriptorResponse } = await ask(loopback.address, { fileContainingSymbol: symbol });
    const bytes = fileDescriptorResponse?.fileDescriptorProto ?? [];
    const [root, ...others] = bytes.map((file) => fromBinary(FileDescriptorProtoSchema, file));
    const registry = createFileRegistry(root ?? assert.fail(), (name) => others.find((file) => file.name === name));
    assert.ok(registry.getService(FaultService.typeName)?.method['echo']);
  });
}

test('answers a file by its name', async () => {
  await using loopback = await startLoopback({ reflection: { descriptorSet } });
  const answer = await ask(loopback.address, { fileByFilename: 'google/protobuf/descriptor.proto' });
  assert.equal(answer.fileDescriptorResponse?.fileDescriptorProto.length, 1);
});

test('says what it does not know', async () => {
  await using loopback = await startLoopback({ reflection: { descriptorSet } });
  const { errorResponse } = await ask(loopback.address, { fileContainingSymbol: 'doffers.unknown.v1.Service' });
  assert.equal(errorResponse?.errorCode, status.NOT_FOUND);
});

test('is not there unless it is asked for', async () => {
  await using loopback = await startLoopback();
  await assert.rejects(ask(loopback.address, { listServices: '' }), { code: status.UNIMPLEMENTED });
});
