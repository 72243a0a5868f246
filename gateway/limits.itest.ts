import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { after, before, describe, it } from 'node:test';
import { AuthService } from '@doffers/proto/auth/v1/auth_service';
import { FaultService } from '@doffers/proto/fault/v1/fault_service';
import { createFaultHandlers } from '@doffers/rpc';
import { restClient } from '@doffers/testkit';
import { status } from '@grpc/grpc-js';
import { assertRefused, type Refusal } from '../test/e2e/gateway-error.ts';
import { createGrpcCaller } from '../test/e2e/gateway-grpc-caller.ts';
import { type RunningGateway, startGateway } from './test/running-gateway.ts';

const tooMany: Refusal = { status: 429, code: 8, reason: 'RATE_LIMITED', message: /^too many requests/ };
const login = (gateway: RunningGateway, path = '/v1/auth/otp:send') => restClient(gateway.url).post(path, { body: {} });

describe('logins from one address', () => {
  let gateway: RunningGateway;
  before(async () => {
    gateway = await startGateway({
      upstreams: { mobile: (serve) => serve(FaultService, createFaultHandlers()) },
      settings: { loginsPerMinute: 3 },
    });
  });
  after(() => gateway.close());

  it('are limited on each surface, and the answer tells when to come back', async () => {
    for (const path of ['/v1/auth/otp:send', '/api/auth/send-otp']) {
      for (const left of ['2', '1', '0']) {
        const answer = await login(gateway, path);
        assert.notEqual(answer.status, 429);
        assert.equal(answer.headers.get('x-ratelimit-remaining'), left);
      }
      const refused = await login(gateway, path);
      assertRefused(refused, tooMany);
      assert.equal(refused.headers.get('retry-after'), '20');
      assert.equal(refused.headers.get('x-ratelimit-limit'), '3');
    }
  });

  it('do not use up what another address may', async () => {
    assert.equal((await login(gateway)).status, 429);
    const call = request(`${gateway.url}/v1/auth/otp:send`, { method: 'POST', localAddress: '127.0.0.2' }).end('{}');
    const [answer] = (await once(call, 'response')) as [IncomingMessage];
    answer.resume();
    assert.notEqual(answer.statusCode, 429);
  });

  it('do not hold up other calls', async () => {
    assert.equal((await login(gateway)).status, 429);
    assert.equal((await restClient(gateway.url).get('/v1/faults:echo')).status, 200);
  });

  it('are limited for native gRPC callers too', async () => {
    const { call, close } = createGrpcCaller(gateway.address);
    const codes = [];
    for (let attempt = 0; attempt < 4; attempt++) {
      codes.push((await call(AuthService.method.sendOtp, { phone: '9876543210' })).error?.code);
    }
    close();
    const { UNAVAILABLE, RESOURCE_EXHAUSTED } = status;
    assert.deepEqual(codes, [UNAVAILABLE, UNAVAILABLE, UNAVAILABLE, RESOURCE_EXHAUSTED]);
  });
});

describe('all requests together', () => {
  it('are limited, so that a flood does not reach the services', async () => {
    const gateway = await startGateway({ settings: { requestsPerSecond: 2 } });
    try {
      const flood = await Promise.all(Array.from({ length: 20 }, () => restClient(gateway.url).get('/nowhere')));
      const refused = flood.find((answer) => answer.status === 429);
      assert.ok(refused);
      assertRefused(refused, tooMany);
      assert.equal(refused.headers.get('retry-after'), '1');
    } finally {
      await gateway.close();
    }
  });
});
