import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { fromBinary } from '@bufbuild/protobuf';
import { FaultService } from '@doffers/proto/fault/v1/fault_service';
import { ShopService } from '@doffers/proto/user/v1/shop_service';
import { stackKeys, testServers } from '@doffers/testkit';
import { status } from '@grpc/grpc-js';
import { createGrpcCaller } from './gateway-grpc-caller.ts';

const { call, callRaw, close } = createGrpcCaller(new URL(testServers().gatewayUrl).host);

describe('a native gRPC caller', () => {
  after(close);

  it('reaches the same methods on the same port', async () => {
    const { answer } = await call(FaultService.method.echo, { text: 'ऑफ़र' });
    assert.ok(answer);
    assert.equal(fromBinary(FaultService.method.echo.output, answer).text, 'ऑफ़र');
  });

  it('may set a shorter deadline, which the service sees', async () => {
    const { answer } = await call(FaultService.method.echo, {}, { timeoutMs: 2_000 });
    assert.ok(answer);
    const left = Number(fromBinary(FaultService.method.echo.output, answer).deadlineMs);
    assert.ok(left > 0 && left <= 2_000, String(left));
  });

  it('is cut off where a REST caller is, however long its own deadline', async () => {
    const { error } = await call(FaultService.method.wait, { delayMs: 20_000 }, { timeoutMs: 60_000 });
    assert.equal(error?.code, status.UNAVAILABLE);
  });

  it('gets the rich details of a refusal', async () => {
    const { error } = await call(FaultService.method.fail, { code: status.INVALID_ARGUMENT });
    assert.equal(error?.code, status.INVALID_ARGUMENT);
    assert.ok(error.metadata.get('grpc-status-details-bin').length > 0);
  });

  it("gets the gateway's own refusals as plain text, never as JSON", async () => {
    const { error } = await call(ShopService.method.createShop, {});
    assert.equal(error?.code, status.UNAUTHENTICATED);
    assert.equal(error.details, 'Jwt is missing');
  });

  it('is refused a wrong token on a public method', async () => {
    const { error } = await call(FaultService.method.echo, {}, { metadata: { authorization: 'Bearer abc' } });
    assert.equal(error?.code, status.UNAUTHENTICATED);
    assert.doesNotMatch(error.details, /[{}]/);
  });

  it('cannot reach an internal method, not even with the token of a service', async () => {
    const service = await stackKeys().identity('gateway-test');
    const metadata = { 'x-service-authorization': `Bearer ${await service.tokenFor('user')}` };
    for (const options of [{}, { metadata }]) {
      const { error } = await call(ShopService.method.getShopAccess, {}, options);
      assert.equal(error?.code, status.PERMISSION_DENIED);
      assert.doesNotMatch(error.details, /[{}]/);
    }
  });

  it('cannot reach what is no method of the platform', async () => {
    for (const path of ['/grpc.health.v1.Health/Check', '/grpc.reflection.v1.ServerReflection/X', '/a.B/C']) {
      const { error } = await callRaw(path, new Uint8Array());
      assert.equal(error?.code, status.UNIMPLEMENTED, path);
    }
  });
});
