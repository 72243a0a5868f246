import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { FaultService } from '@doffers/proto/fault/v1/fault_service';
import { PlaceService } from '@doffers/proto/user/v1/place_service';
import { createFaultHandlers } from '@doffers/rpc';
import { eventually, restClient } from '@doffers/testkit';
import { status } from '@grpc/grpc-js';
import { assertRefused, type Refusal } from '../test/e2e/gateway-error.ts';
import { createGrpcCaller } from '../test/e2e/gateway-grpc-caller.ts';
import { nativeSettings } from './settings.ts';
import { type RunningGateway, startGateway } from './test/running-gateway.ts';

const unavailable: Refusal = {
  status: 503,
  code: 14,
  reason: 'SERVICE_UNAVAILABLE',
  message: 'this is not available right now; try again in a moment',
};

/** Speaks HTTP/2 as a service does, and treats every call as the test wishes. */
async function oddService(onStream: (stream: ServerHttp2Stream) => void) {
  const server = createServer().on('stream', (stream) => {
    stream.on('error', () => undefined);
    onStream(stream);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { services } = nativeSettings({}, { offset: 0, runDir: '.' });
  const mobile = { host: '127.0.0.1', port: (server.address() as AddressInfo).port };
  return { settings: { services: { ...services, mobile } }, close: () => void server.close() };
}

describe('a service that is down', () => {
  let gateway: RunningGateway;
  before(async () => void (gateway = await startGateway()));
  after(() => gateway.close());

  it('is told as such, without a word of the network behind the gateway', async () => {
    for (const path of ['/v1/pincodes/560001', '/api/health', '/webhooks/whatsapp']) {
      assertRefused(await restClient(gateway.url).get(path), unavailable);
    }
  });

  it('is UNAVAILABLE for native callers', async () => {
    const { call, close } = createGrpcCaller(gateway.address);
    const { error } = await call(PlaceService.method.getPincode, { pincode: '560001' });
    close();
    assert.equal(error?.code, status.UNAVAILABLE);
  });

  it('leaves the health, the document and the page of the gateway as they are', async () => {
    for (const path of ['/healthz', '/v1/openapi.json', '/docs']) {
      assert.equal((await restClient(gateway.url).get(path)).status, 200, path);
    }
  });
});

describe('a service that hangs', () => {
  it('is given up after five seconds', async () => {
    const service = await oddService(() => undefined);
    const gateway = await startGateway({ settings: service.settings });
    try {
      const answer = await restClient(gateway.url).get('/v1/faults:echo');
      assertRefused(answer, {
        status: 504,
        code: 4,
        reason: 'DEADLINE_EXCEEDED',
        message: 'this took too long; try again',
      });
    } finally {
      await gateway.close();
      service.close();
    }
  });
});

describe('a service that breaks off', () => {
  it('is told as unavailable', async () => {
    const service = await oddService((stream) => stream.close(2));
    const gateway = await startGateway({ settings: service.settings });
    try {
      assertRefused(await restClient(gateway.url).get('/v1/faults:echo'), unavailable);
    } finally {
      await gateway.close();
      service.close();
    }
  });
});

describe("auth's keys that cannot be read yet", () => {
  it('log nobody out: calls with a token are to be repeated, and work as soon as the keys can be read', async () => {
    const gateway = await startGateway({
      upstreams: { mobile: (serve) => serve(FaultService, createFaultHandlers()) },
      keys: 'later',
    });
    try {
      const person = restClient(gateway.url, await gateway.tokens.user({ userId: 'u-1' }));
      const app = restClient(gateway.url, await gateway.tokens.user({ userId: 'u-1', audience: 'doffers-app' }));
      const repeat: Refusal = { status: 503, code: 14, reason: 'TOKEN_KEYS_UNAVAILABLE' };
      assertRefused(await person.get('/v1/faults:echo'), repeat);
      assertRefused(await person.get('/v1/me'), repeat);
      assertRefused(await app.get('/api/auth/me'), repeat);
      assertRefused(await app.get('/api/health'), repeat);
      assert.equal((await restClient(gateway.url).get('/v1/faults:echo')).status, 200, 'without a token');

      await gateway.serveKeys();
      await eventually(async () => assert.equal((await person.get('/v1/faults:echo')).body.caller, 'user:u-1'));
    } finally {
      await gateway.close();
    }
  });
});

describe("auth's keys that cannot be read any more", () => {
  it('stay in use, so that an outage of auth logs nobody out', async () => {
    const gateway = await startGateway({
      upstreams: { mobile: (serve) => serve(FaultService, createFaultHandlers()) },
      settings: { keysCacheSeconds: 1 },
    });
    try {
      const echo = async () => {
        const token = await gateway.tokens.user({ userId: 'u-1' }); // a new one, which no cache knows
        return (await restClient(gateway.url, token).get('/v1/faults:echo')).body.caller;
      };
      await eventually(async () => assert.equal(await echo(), 'user:u-1'));
      await gateway.stopServingKeys();
      await eventually(async () => assert.ok((await failedReads(gateway)) >= 2), { timeoutMs: 20_000 });
      assert.equal(await echo(), 'user:u-1');
    } finally {
      await gateway.close();
    }
  });
});

async function failedReads({ adminUrl }: RunningGateway): Promise<number> {
  const text = await (await fetch(`${adminUrl}/stats?filter=jwks_fetch_failed`)).text();
  return Number(text.split(': ')[1]);
}
