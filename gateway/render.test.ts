import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { serviceNames } from '@doffers/topology';
import { parse } from 'yaml';
import { localReplies } from './local-replies.ts';
import { readMethod, servicesIn } from './methods.ts';
import { readGatewayFiles, renderGateway } from './render.ts';
import { composeSettings, type GatewaySettings, nativeSettings } from './settings.ts';

const files = await readGatewayFiles();
const native = nativeSettings({}, { offset: 2000, runDir: '.run' });
const render = (settings: GatewaySettings) => renderGateway({ ...files, settings });

type Cluster = { name: string; load_assignment: unknown };
type Config = { static_resources: { clusters: Cluster[]; listeners: { filter_chains: { filters: unknown }[] }[] } };
const parsed = (settings: GatewaySettings) => parse(render(settings)) as Config;

describe('a rendering of the gateway', () => {
  it('has a cluster for every service of the platform, at its address', () => {
    const { clusters } = parsed(native).static_resources;
    for (const name of serviceNames) {
      const { host, port } = native.services[name];
      const address = JSON.stringify(clusters.find((cluster) => cluster.name === name)?.load_assignment);
      assert.ok(address.includes(`{"address":"${host}","port_value":${port}}`), `${name}: ${address}`);
    }
  });

  it('routes to clusters that exist', () => {
    const { clusters, listeners } = parsed({ ...native, faultService: true }).static_resources;
    const targets = JSON.stringify(listeners).matchAll(/"cluster":"(\w+)"/g);
    for (const [, target] of targets)
      assert.ok(
        clusters.some(({ name }) => name === target),
        target,
      );
  });

  it('serves TLS by exactly the filters of the plain listener', () => {
    const [plain, tls] = parsed(native).static_resources.listeners;
    assert.ok(plain?.filter_chains[0]?.filters);
    assert.deepEqual(tls?.filter_chains[0]?.filters, plain.filter_chains[0].filters);
  });

  it('knows no fault service unless a test stack asks for it', () => {
    assert.doesNotMatch(render(native), /doffers\.fault/);
    assert.match(render({ ...native, faultService: true }), /doffers\.fault\.v1\.FaultService/);
  });

  it('names no loopback service in a container', () => {
    const [, clusters = ''] = render(composeSettings({})).split('\n  clusters:');
    assert.doesNotMatch(clusters, /127\.0\.0\.1/);
    assert.match(clusters, /address: notification, port_value: 50056/);
  });

  it('lets no method of the protos go without a rule', () => {
    const methods = servicesIn(files.descriptors).flatMap((service) => service.methods.map(readMethod));
    const text = render(native);
    for (const { path, access, domain } of methods) {
      if (domain === 'fault') continue;
      const rule = { public: '_optional"', internal: '', roles: '_required"' }[access.kind];
      assert.match(text, new RegExp(`"path":"${path}"\\}${rule && `,"requirement_name":"\\w+${rule}`}`), path);
      if (access.kind === 'internal') assert.ok(text.includes(`"exact":"${path}"`), path);
    }
  });
});

describe('answers of the gateway itself', () => {
  it('have a stable reason and end in one that fits everything', () => {
    for (const { reason, code } of localReplies) {
      assert.match(reason, /^[A-Z][A-Z_]+$/);
      assert.ok(code >= 1 && code <= 16);
    }
    assert.equal(localReplies.at(-1)?.when, 'response.code >= 400');
  });
});
