import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readConfig, serviceConfig } from '@doffers/process';
import { serviceNames, topology } from '@doffers/topology';
import { clientTarget } from './client-target.ts';

describe('the target of a client', () => {
  const config = readConfig(serviceConfig('mobile', {}), {});

  it('is the process that the protobuf package names, at its address', () => {
    for (const name of serviceNames) {
      assert.deepEqual(clientTarget({ typeName: `doffers.${name}.v1.SomeService` }, config), {
        target: name,
        address: `127.0.0.1:${topology().services[name].grpcPort}`,
      });
    }
  });

  it('is refused for a service of nobody', () => {
    assert.throws(() => clientTarget({ typeName: 'grpc.health.v1.Health' }, config), /grpc\.health\.v1\.Health/);
  });
});
