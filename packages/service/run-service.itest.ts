import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { PlaceService } from '@doffers/proto/user/v1/place_service';
import { closeChannels, createRpcClient } from '@doffers/rpc';
import {
  createTestDatabase,
  eventually,
  type TcpProxy,
  type TestDatabase,
  tcpProxy,
  testServers,
} from '@doffers/testkit';
import { exportJWK, generateKeyPair } from 'jose';

const program = fileURLToPath(new URL('test/service-under-test.ts', import.meta.url));
const { stack } = testServers();

describe('a service', () => {
  let keysDir: string;
  let testDatabase: TestDatabase;
  let mariadb: TcpProxy;
  let redis: TcpProxy;
  let env: Record<string, string>;
  let service: ChildProcess;
  let log = '';
  before(async () => {
    keysDir = await mkdtemp(join(tmpdir(), 'doffers-keys-'));
    await writeKeys(keysDir, 'user');
    testDatabase = await createTestDatabase('service');
    mariadb = await tcpProxy(stack.mariadb.port);
    redis = await tcpProxy(stack.redis.port);
    const databaseUrl = `mysql://root@127.0.0.1:${mariadb.port}/${testDatabase.name}`;
    env = {
      KEYS_DIR: keysDir,
      GRPC_PORT: String(await freePort()),
      OPS_PORT: String(await freePort()),
      DATABASE_URL: databaseUrl,
      DATABASE_MIGRATION_URL: databaseUrl,
      REDIS_URL: `redis://127.0.0.1:${redis.port}`,
    };
    await mariadb.cut();
    service = spawn(process.execPath, [program], { env, stdio: ['ignore', 'pipe', 'inherit'] });
    service.stdout?.on('data', (chunk: Buffer) => (log += chunk.toString()));
  });
  after(async () => {
    service.kill('SIGKILL');
    closeChannels();
    await Promise.all([mariadb.close(), redis.close()]);
    await testDatabase.drop();
    await rm(keysDir, { recursive: true });
  });

  const ops = (path: string) => fetch(`http://127.0.0.1:${env.OPS_PORT}${path}`);
  const readiness = async () => {
    const response = await ops('/readyz');
    const { checks } = (await response.json()) as { checks: Record<string, string> };
    return { status: response.status, checks };
  };
  const places = () =>
    createRpcClient(PlaceService, { target: 'user', address: `127.0.0.1:${env.GRPC_PORT}`, retry: 'never' });
  const visits = async () =>
    Number((await ops('/metrics').then((page) => page.text())).match(/code="OK"/g)?.length ?? 0);

  it('lives while its database is away, and says what it waits for', async () => {
    await eventually(async () => assert.equal((await ops('/healthz')).status, 200));
    assert.deepEqual(await readiness(), { status: 503, checks: { startup: 'STARTING' } });
    await eventually(() => assert.match(log, /waiting for the database/));
    await assert.rejects(places().getPincode({ pincode: '560001' }), { code: 'unavailable' });
  });

  it('is ready once its tables are there, and serves', async () => {
    await mariadb.restore();
    await eventually(async () =>
      assert.deepEqual(await readiness(), { status: 200, checks: { database: 'ok', redis: 'ok' } }),
    );
    // The channel that was refused before waits a moment until it connects again.
    const { pincode } = await eventually(() => places().getPincode({ pincode: '560001' }));
    assert.equal(pincode, '560001');
    assert.equal(await ops('/hello').then((page) => page.text()), 'hello');
    assert.ok((await visits()) > 0, 'calls are measured');
  });

  it('is not ready while a dependency is away, and recovers without a restart', async () => {
    await Promise.all([mariadb.cut(), redis.cut()]);
    const away = await eventually(async () => {
      const now = await readiness();
      assert.equal(now.status, 503);
      return now;
    });
    assert.ok(away.checks.database !== 'ok' || away.checks.redis !== 'ok');
    await assert.rejects(places().getPincode({ pincode: '560001' }), {
      code: 'unavailable',
      reason: 'DATABASE_UNAVAILABLE',
    });
    await Promise.all([mariadb.restore(), redis.restore()]);
    await eventually(async () => assert.equal((await readiness()).status, 200));
    assert.equal((await places().getPincode({ pincode: '560002' })).pincode, '560002');
    assert.equal(service.exitCode, null);
    assert.equal(log.match(/"msg":"ready"/g)?.length, 1);
  });

  it('stops in order when told to', async () => {
    assert.equal(service.exitCode, null);
    service.kill('SIGTERM');
    const [code] = (await once(service, 'exit')) as [number];
    assert.equal(code, 0);
    const parts = [...log.matchAll(/"msg":"(stopping|stopped)"/g)].map(([, message]) => message);
    assert.deepEqual(parts, ['stopping', 'stopped']);
  });
});

async function writeKeys(dir: string, name: string): Promise<void> {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
  const about = { kid: `svc-${name}`, alg: 'ES256', use: 'sig' };
  const privateJwk = { ...(await exportJWK(privateKey)), ...about };
  const publicSet = { keys: [{ ...(await exportJWK(publicKey)), ...about }] };
  await writeFile(join(dir, `svc-${name}.private.jwk.json`), JSON.stringify(privateJwk));
  await writeFile(join(dir, 'services.jwks.json'), JSON.stringify(publicSet));
}

/** A port that is free now; the process under test has to be told before it listens. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' && address ? address.port : 0;
}
