import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Registry } from 'prom-client';
import { createObserveCall } from './metrics.ts';

const call = { service: 'doffers.offer.v1.OfferService', method: 'GetOffer', code: 'OK', seconds: 0.003 };

test('several servers or clients of a process share one histogram', async () => {
  const registry = new Registry();
  createObserveCall('grpc_server_handling_seconds', registry)(call);
  createObserveCall('grpc_server_handling_seconds', registry)(call);
  const text = await registry.metrics();
  assert.match(
    text,
    /grpc_server_handling_seconds_count\{service="doffers\.offer\.v1\.OfferService",method="GetOffer",code="OK"\} 2/,
  );
});

test('counts in seconds, from a millisecond to half a minute', async () => {
  const registry = new Registry();
  createObserveCall('grpc_client_handling_seconds', registry)(call);
  const text = await registry.metrics();
  assert.match(text, /le="0\.0025",[^}]*\} 0\n/);
  assert.match(text, /le="0\.005",[^}]*\} 1\n/);
  assert.match(text, /le="30",[^}]*\} 1\n/);
});

test('without a registry nothing is counted and nothing breaks', () => {
  assert.doesNotThrow(() => createObserveCall('grpc_server_handling_seconds', undefined)(call));
});
