import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { composeSettings, nativeSettings } from './settings.ts';

const at = { offset: 0, runDir: '.run' };

describe('the settings of the gateway', () => {
  it('find native processes on the loopback, on the ports of their stack', () => {
    const { services, listen, admin, authOpsPort } = nativeSettings({}, { ...at, offset: 4000 });
    assert.deepEqual(services.user, { host: '127.0.0.1', port: 54052 });
    assert.deepEqual(listen, { host: '127.0.0.1', http: 7000, tls: 7443 });
    assert.deepEqual(admin, { host: '127.0.0.1', port: 13901 });
    assert.equal(authOpsPort, 13451);
  });

  it('find containers by their names', () => {
    const { services, listen, admin } = composeSettings({});
    assert.deepEqual(services.mobile, { host: 'mobile', port: 50058 });
    assert.equal(listen.host, '0.0.0.0');
    assert.equal(admin.host, '127.0.0.1', 'nobody but the container itself may administer');
  });

  it("let a developer's own pages call in the sandbox, and only the product's in production", () => {
    const origins = (mode: string) => new RegExp(`^(?:${nativeSettings({ DOFFERS_MODE: mode }, at).corsOrigins})$`);
    for (const origin of ['https://app.doffers.in', 'https://doffers.in']) {
      assert.match(origin, origins('sandbox'));
      assert.match(origin, origins('production'));
    }
    assert.match('http://localhost:5173', origins('sandbox'));
    assert.doesNotMatch('http://localhost:5173', origins('production'));
    for (const origin of ['https://doffers.in.evil.example', 'http://app.doffers.in', 'https://evildoffers.in']) {
      assert.doesNotMatch(origin, origins('sandbox'));
    }
  });

  it('serve faults only where they are switched on, and never in production', () => {
    assert.equal(nativeSettings({}, at).faultService, false);
    assert.equal(nativeSettings({ DOFFERS_FAULT_SERVICE: '1' }, at).faultService, true);
    assert.throws(() => nativeSettings({ DOFFERS_FAULT_SERVICE: '1', DOFFERS_MODE: 'production' }, at), /sandbox/);
  });

  it('take other sizes of the limits', () => {
    const env = { GATEWAY_LOGINS_PER_MINUTE: '100000', GATEWAY_REQUESTS_PER_SECOND: '7' };
    const { loginsPerMinute, requestsPerSecond } = nativeSettings(env, at);
    assert.deepEqual({ loginsPerMinute, requestsPerSecond }, { loginsPerMinute: 100_000, requestsPerSecond: 7 });
    assert.throws(() => nativeSettings({ GATEWAY_LOGINS_PER_MINUTE: '0' }, at));
  });
});
