import assert from 'node:assert/strict';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { after, afterEach, describe, it } from 'node:test';
import { eventually } from '@doffers/testkit';
import { requireFreePorts } from '../../scripts/supervisor/ports.ts';
import { identityOf } from '../../scripts/supervisor/process-identity.ts';
import { lockFile } from '../../scripts/supervisor/run-platform.ts';
import { reportStatus } from '../../scripts/supervisor/status-report.ts';
import { ownStack, runScript, statusOf } from './supervisor-stack.ts';

const stack = ownStack();
const redisPort = { 'redis.port': stack.ports.redis.port };
const start = (...args: readonly string[]) => runScript(stack, 'start', '--only', 'redis', ...args);
const startDetached = async () => {
  const { code, output } = await start('--detach').done;
  assert.equal(code, 0, output);
};
const stop = () => runScript(stack, 'stop').done;

function assertNothingIsLeft(): void {
  requireFreePorts(redisPort, stack.offset);
  assert.equal(existsSync(lockFile(stack)), false);
  assert.deepEqual(
    readdirSync(stack.runDir).filter((file) => file.endsWith('.pid')),
    [],
  );
  assert.equal(reportStatus(stack).platform, 'stopped');
}

describe('the supervisor', () => {
  afterEach(async () => void (await stop()));
  after(() => rmSync(stack.runDir, { recursive: true, force: true }));

  it('leaves no process, port, pid file or lock when it is stopped', async () => {
    await startDetached();
    const { pid } = statusOf(stack, 'redis');
    assert.ok(pid && identityOf(pid));
    assert.equal((await stop()).code, 0);
    assert.equal(identityOf(pid), undefined);
    assertNothingIsLeft();
  });

  it('stops on Ctrl-C as it does on npm stop', async () => {
    const { child, done } = start();
    await eventually(() => assert.equal(reportStatus(stack).platform, 'running'));
    child.kill('SIGINT');
    const { code, output } = await done;
    assert.equal(code, 0, output);
    assertNothingIsLeft();
  });

  it('refuses a second instance and says which is the first', async () => {
    await startDetached();
    const { supervisorPid } = reportStatus(stack);
    const { code, output } = await start().done;
    assert.equal(code, 1);
    assert.match(output, new RegExp(`already running.*pid ${supervisorPid}`));
    assert.equal(statusOf(stack, 'redis').state, 'ready');
  });

  it('refuses to start on a port that is in use, and leaves nothing', async () => {
    const server = createServer().listen(stack.ports.redis.port, '127.0.0.1');
    try {
      const { code, output } = await start().done;
      assert.equal(code, 1);
      assert.match(output, new RegExp(`port ${stack.ports.redis.port} \\(redis\\.port\\).*pid ${process.pid}`));
    } finally {
      server.close();
    }
    assert.equal(existsSync(lockFile(stack)), false);
  });

  it('lives on without the terminal it was started from', async () => {
    const { child, done } = start();
    await eventually(() => assert.equal(reportStatus(stack).platform, 'running'));
    child.stdout?.destroy();
    child.stderr?.destroy();
    child.kill('SIGHUP');
    process.kill(statusOf(stack, 'redis').pid ?? 0, 'SIGKILL');
    // It has something to say about the restart, and nobody to say it to.
    await eventually(() => {
      const { restarts, state } = statusOf(stack, 'redis');
      assert.deepEqual({ restarts, state }, { restarts: 1, state: 'ready' });
    });
    await stop();
    await done;
    assertNothingIsLeft();
  });

  it('starts a process anew that hangs', async () => {
    await startDetached();
    const hanging = statusOf(stack, 'redis').pid ?? 0;
    process.kill(hanging, 'SIGSTOP');
    await eventually(
      () => {
        const { pid, state, lastEnd } = statusOf(stack, 'redis');
        assert.equal(state, 'ready');
        assert.notEqual(pid, hanging);
        assert.match(lastEnd ?? '', /did not answer/);
      },
      { timeoutMs: 60_000 },
    );
    assert.equal(identityOf(hanging), undefined);
  });

  describe('killed by -9', () => {
    async function killSupervisor(): Promise<number> {
      await startDetached();
      const { supervisorPid } = reportStatus(stack);
      const { pid } = statusOf(stack, 'redis');
      process.kill(supervisorPid ?? 0, 'SIGKILL');
      await eventually(() => assert.equal(reportStatus(stack).platform, 'killed'));
      assert.ok(pid && identityOf(pid), 'what it started lives on');
      return pid;
    }

    it('leaves processes that npm stop ends', async () => {
      const orphan = await killSupervisor();
      assert.equal((await stop()).code, 0);
      assert.equal(identityOf(orphan), undefined);
      assertNothingIsLeft();
    });

    it('leaves processes that the next start ends before it begins', async () => {
      const orphan = await killSupervisor();
      await startDetached();
      assert.equal(identityOf(orphan), undefined);
      assert.equal(statusOf(stack, 'redis').state, 'ready');
      assert.notEqual(statusOf(stack, 'redis').pid, orphan);
    });
  });
});
