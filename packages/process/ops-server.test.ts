import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createMetrics } from './metrics.ts';
import { type Health, type OpsRoute, type OpsServer, startOpsServer } from './ops-server.ts';

describe('the ops port', () => {
  let health: () => Promise<Health> = async () => ({});
  const routes: Record<string, OpsRoute> = {};
  let ops: OpsServer;
  before(async () => {
    const registry = createMetrics('user');
    ops = await startOpsServer({ host: '127.0.0.1', port: 0, registry, health: () => health(), routes });
  });
  after(() => ops.close());

  const get = async (path: string, method = 'GET') => {
    const response = await fetch(`http://127.0.0.1:${ops.port}${path}`, { method });
    return { status: response.status, type: response.headers.get('content-type'), body: await response.text() };
  };

  it('says that the process lives, whatever its dependencies do', async () => {
    health = () => Promise.reject(new Error('down'));
    assert.equal((await get('/healthz')).status, 200);
  });

  it('is ready when every dependency is', async () => {
    health = async () => ({ database: 'ok', redis: 'ok' });
    const { status, body } = await get('/readyz');
    assert.equal(status, 200);
    assert.deepEqual(JSON.parse(body), { status: 'ok', checks: { database: 'ok', redis: 'ok' } });
  });

  it('is not ready when one dependency is away, and names it', async () => {
    health = async () => ({ database: 'ECONNREFUSED', redis: 'ok' });
    const { status, body } = await get('/readyz');
    assert.equal(status, 503);
    assert.deepEqual(JSON.parse(body), { status: 'unavailable', checks: { database: 'ECONNREFUSED', redis: 'ok' } });
  });

  it('serves the metrics of the process in the format of Prometheus', async () => {
    const { status, type, body } = await get('/metrics');
    assert.equal(status, 200);
    assert.match(type ?? '', /^text\/plain; version=0\.0\.4/);
    assert.match(body, /^doffers_process_info\{process="user",node="v24\.[^"]+"\} 1$/m);
    assert.match(body, /^process_cpu_seconds_total /m);
  });

  it('serves a page that was added after the start', async () => {
    assert.equal((await get('/.well-known/jwks.json')).status, 404);
    routes['/.well-known/jwks.json'] = () => ({
      contentType: 'application/json',
      body: '{"keys":[]}',
      headers: { 'cache-control': 'max-age=60' },
    });
    const { status, type, body } = await get('/.well-known/jwks.json?x=1');
    assert.deepEqual({ status, type, body }, { status: 200, type: 'application/json', body: '{"keys":[]}' });
  });

  it('answers a page that fails with 500 and without its text', async () => {
    routes['/broken'] = () => Promise.reject(new Error('canary'));
    assert.deepEqual(await get('/broken'), { status: 500, type: 'text/plain', body: 'internal error' });
  });

  it('has nothing else, and only reads', async () => {
    assert.equal((await get('/')).status, 404);
    assert.equal((await get('/constructor')).status, 404);
    assert.equal((await get('/metrics', 'POST')).status, 404);
  });

  it('tells when its port is taken', async () => {
    const registry = createMetrics('other');
    const second = startOpsServer({ host: '127.0.0.1', port: ops.port, registry, health: async () => ({}) });
    await assert.rejects(second, { code: 'EADDRINUSE' });
  });
});
