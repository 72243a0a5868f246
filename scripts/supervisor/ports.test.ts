import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { describe, it } from 'node:test';
import { CommandError } from '../console/command-error.ts';
import { describeConflict, parseListeners, requireFreePorts } from './ports.ts';

describe('port conflicts', () => {
  it('finds listeners in the kernel’s table and ignores connections', () => {
    const table = [
      '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode',
      '   0: 0100007F:0BB8 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1 0000',
      '   1: 0100007F:0BB9 0100007F:C000 01 00000000:00000000 00:00000000 00000000     0        0 4712 1 0000',
    ].join('\n');
    assert.deepEqual([...parseListeners(table)], [[3000, '4711']]);
  });

  it('names the port, its setting, the process that has it and the way out', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    try {
      assert.throws(
        () => requireFreePorts({ 'gateway.http': port }, 0),
        (error) => {
          assert.ok(error instanceof CommandError);
          assert.match(
            error.message,
            new RegExp(`port ${port} \\(gateway\\.http\\) is in use by pid ${process.pid} \\(.*node`),
          );
          assert.match(error.message, /DOFFERS_PORT_OFFSET=2000 npm start/);
          return true;
        },
      );
    } finally {
      server.close();
    }
    await once(server, 'close');
    requireFreePorts({ 'gateway.http': port }, 0);
  });

  it('does not list every port of another platform', () => {
    const taken = Array.from({ length: 39 }, (_, n) => ({ setting: `setting.${n}`, port: 3000 + n, owner: 'pid 7' }));
    const text = describeConflict(taken, 0);
    assert.match(text, /^39 ports are in use/);
    assert.equal(text.split('\n').length, 9);
  });

  it('names all of several ports and proposes an offset that is not the one in use', () => {
    const text = describeConflict(
      [
        { setting: 'redis.port', port: 26379, owner: undefined },
        { setting: 'mariadb.port', port: 23306, owner: 'pid 7 (mariadbd)' },
      ],
      10_000,
    );
    assert.match(text, /^2 ports are in use/);
    assert.match(text, /26379 \(redis\.port\) is in use by a process of another user/);
    assert.match(text, /DOFFERS_PORT_OFFSET=0 /);
  });
});
