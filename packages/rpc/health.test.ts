import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FaultService } from '@doffers/proto/fault/v1/fault_service';
import { Client, credentials, loadPackageDefinition, type ServiceError, status } from '@grpc/grpc-js';
import { service } from 'grpc-health-check';
import { startLoopback } from './test/loopback.ts';

const Health = loadPackageDefinition({ Health: service })['Health'] as unknown as new (
  ...args: ConstructorParameters<typeof Client>
) => Client & {
  check(request: { service: string }, done: (error: ServiceError | null, answer?: { status: string }) => void): void;
};

async function check(address: string, name: string): Promise<string> {
  const client = new Health(address, credentials.createInsecure());
  try {
    return await new Promise((resolve) =>
      client.check({ service: name }, (error, answer) => resolve(answer?.status ?? status[error?.code ?? 0] ?? '')),
    );
  } finally {
    client.close();
  }
}

test('serves health for the whole server and for each service, without a token', async () => {
  await using loopback = await startLoopback();
  assert.equal(await check(loopback.address, ''), 'SERVING');
  assert.equal(await check(loopback.address, FaultService.typeName), 'SERVING');
  assert.equal(await check(loopback.address, 'doffers.unknown.v1.Service'), 'NOT_FOUND');
});

test('says NOT_SERVING while it drains', async () => {
  await using loopback = await startLoopback({ unreadyMs: 300 });
  const drained = loopback.server.drain(5_000);
  assert.equal(await check(loopback.address, ''), 'NOT_SERVING');
  assert.equal(await check(loopback.address, FaultService.typeName), 'NOT_SERVING');
  await drained;
});
