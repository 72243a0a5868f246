import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { maxPortOffset, portOffset, portOffsetStep, portsOf, serviceNames, topology } from './index.ts';

const offsets = Array.from({ length: maxPortOffset / portOffsetStep + 1 }, (_, n) => n * portOffsetStep);

describe('topology', () => {
  it('has no port twice, neither within a stack nor between stacks side by side', () => {
    const owner = new Map<number, string>();
    for (const offset of offsets) {
      for (const [name, port] of Object.entries(portsOf(topology(offset)))) {
        const at = `${name} at ${offset}`;
        assert.equal(owner.get(port), undefined, `port ${port} belongs to ${owner.get(port)} and ${at}`);
        owner.set(port, at);
      }
    }
    assert.equal(owner.size, offsets.length * Object.keys(portsOf(topology())).length);
  });

  it('keeps every port within what TCP knows', () => {
    for (const port of Object.values(portsOf(topology(maxPortOffset)))) assert.ok(port > 1023 && port < 65_536);
  });

  it('gives the services the ports that the design names', () => {
    const { services, gateway, mariadb } = topology();
    assert.deepEqual(
      serviceNames.map((name) => services[name].grpcPort),
      [50051, 50052, 50053, 50054, 50055, 50056, 50057, 50058],
    );
    assert.deepEqual(
      serviceNames.map((name) => services[name].opsPort),
      [9451, 9452, 9453, 9454, 9455, 9456, 9457, 9458],
    );
    assert.equal(gateway.http, 3000);
    assert.equal(mariadb.port, 13306);
  });

  it('adds the offset to every port', () => {
    const base = portsOf(topology());
    for (const [name, port] of Object.entries(portsOf(topology(4000)))) assert.equal(port, (base[name] ?? 0) + 4000);
  });
});

describe('port offset', () => {
  it('is 0 when the environment says nothing', () => {
    assert.equal(portOffset(undefined), 0);
    assert.equal(portOffset(''), 0);
    assert.equal(portOffset('8000'), 8000);
  });

  for (const value of ['1000', '-2000', '12000', 'many', '2000.5', 'NaN', 'Infinity']) {
    it(`refuses ${value}`, () => {
      assert.throws(() => portOffset(value), RangeError);
      assert.throws(() => topology(Number(value)), RangeError);
    });
  }
});
