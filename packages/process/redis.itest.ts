import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { eventually, type TcpProxy, tcpProxy, testServers } from '@doffers/testkit';
import { createLogger } from './logger.ts';
import { createRedis, type Redis } from './redis.ts';

describe('a Redis client', () => {
  const messages: string[] = [];
  const log = createLogger({
    name: 'test',
    destination: { write: (line) => void messages.push((JSON.parse(line) as { msg: string }).msg) },
  });
  let proxy: TcpProxy;
  let redis: Redis;
  before(async () => {
    proxy = await tcpProxy(testServers().stack.redis.port);
    redis = createRedis(`redis://127.0.0.1:${proxy.port}`, log);
    await eventually(() => redis.ping());
  });
  after(async () => {
    redis.disconnect();
    await proxy.close();
  });

  it('fails at once while Redis is away, says so once, and comes back by itself', async () => {
    await proxy.cut();
    await eventually(() => assert.deepEqual(messages, ['redis is away']));
    for (let n = 0; n < 5; n++) await assert.rejects(redis.ping());
    await proxy.restore();
    assert.equal(await eventually(() => redis.ping()), 'PONG');
    assert.deepEqual(messages, ['redis is away', 'redis is back']);
  });

  it('does not wait for a server that takes the command and never answers', async () => {
    await assert.rejects(redis.blpop('t:process:never', 0), /timed out/);
  });
});
