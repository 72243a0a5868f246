import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { TextService } from '@doffers/proto/ai/v1/text_service';
import { FaultService } from '@doffers/proto/fault/v1/fault_service';
import { MobileService } from '@doffers/proto/mobile/v1/mobile_service';
import { CodeService } from '@doffers/proto/notification/v1/code_service';
import { WhatsappWebhookService } from '@doffers/proto/notification/v1/whatsapp_webhook_service';
import { ShopService } from '@doffers/proto/user/v1/shop_service';
import { readMethod } from './methods.ts';
import { deriveRules } from './rules.ts';

const services = [TextService, FaultService, MobileService, CodeService, WhatsappWebhookService, ShopService];
const methods = services.flatMap((service) => service.methods.map(readMethod));
const rules = deriveRules(methods);

const find = (list: readonly unknown[], text: string) => list.filter((item) => JSON.stringify(item).includes(text));

describe('the rules of the gateway', () => {
  it('put each service on the surface of its paths', () => {
    assert.deepEqual(rules.V1_SERVICES, [TextService.typeName, FaultService.typeName, ShopService.typeName]);
    assert.deepEqual(rules.APP_SERVICES, [MobileService.typeName]);
    assert.deepEqual(rules.WEBHOOK_SERVICES, [WhatsappWebhookService.typeName]);
  });

  it('make a token optional where the method is public, and required everywhere else', () => {
    const ruleOf = (path: string) => find(rules.TOKEN_RULES, `"${path}"`);
    const rule = (path: string, requirement_name: string) => [{ match: { path }, requirement_name }];
    for (const [path, requirement] of [
      ['/doffers.user.v1.ShopService/GetShop', 'v1_optional'],
      ['/doffers.user.v1.ShopService/CreateShop', 'v1_required'],
      ['/doffers.mobile.v1.MobileService/GetPincode', 'app_optional'],
      ['/doffers.mobile.v1.MobileService/GetMe', 'app_required'],
    ] as const) {
      assert.deepEqual(ruleOf(path), rule(path, requirement));
    }
    assert.deepEqual(rules.TOKEN_RULES.at(-1), { match: { prefix: '/doffers.' }, requirement_name: 'v1_required' });
  });

  it('keep every internal method inside', () => {
    const internal = methods.filter(({ access }) => access.kind === 'internal').map(({ path }) => path);
    assert.ok(internal.length >= 3);
    assert.deepEqual(
      rules.INTERNAL_METHODS,
      internal.map((path) => ({ url_path: { path: { exact: path } } })),
    );
  });

  it('route a package to the process that is named like it', () => {
    assert.equal(find(rules.METHOD_ROUTES, '{"prefix":"/doffers.user."},"route":{"cluster":"user"').length, 1);
  });

  it('leave the fault service to mobile', () => {
    assert.equal(find(rules.METHOD_ROUTES, '{"prefix":"/doffers.fault."},"route":{"cluster":"mobile"').length, 1);
  });

  it('give a method the time that it states, and the service a little less', () => {
    const [route] = find(rules.METHOD_ROUTES, '/doffers.ai.v1.TextService/GenerateText');
    assert.match(JSON.stringify(route), /"timeout":"35s".*"grpc-timeout","value":"34900m"/);
    const [others] = find(rules.METHOD_ROUTES, '{"prefix":"/doffers.ai."}');
    assert.match(JSON.stringify(others), /"timeout":"5s".*"grpc-timeout","value":"4900m"/);
  });

  it('let a stream last, but not in silence', () => {
    const [route] = find(rules.METHOD_ROUTES, '/doffers.fault.v1.FaultService/Stream');
    assert.match(JSON.stringify(route), /"timeout":"0s","idle_timeout":"60s"/);
    assert.doesNotMatch(JSON.stringify(route), /grpc-timeout/);
  });

  it('put exact paths before the prefixes that contain them', () => {
    const isExact = rules.METHOD_ROUTES.map((route) => JSON.stringify(route).startsWith('{"match":{"path"'));
    assert.ok(isExact.includes(true));
    assert.ok(isExact.lastIndexOf(true) < isExact.indexOf(false));
  });

  it('refuse a service on two surfaces, since a transcoder knows whole services only', () => {
    const torn = methods.map((method) =>
      method.path.endsWith('/GetShop')
        ? { ...method, bindings: [{ verb: 'get' as const, path: '/api/shop', body: '' }] }
        : method,
    );
    assert.throws(() => deriveRules(torn), /ShopService is bound to two surfaces/);
  });

  it('refuse a path that is on no surface', () => {
    const lost = methods.map((method) => ({
      ...method,
      bindings: [{ verb: 'get' as const, path: '/shop', body: '' }],
    }));
    assert.throws(() => deriveRules(lost), /is on no surface/);
  });
});
