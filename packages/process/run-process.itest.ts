import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('test/process-under-test.ts', import.meta.url));

/** Runs the process until it ends, with a signal once it has started; answers its exit code and its log. */
async function run(behaviour: string, ...signals: NodeJS.Signals[]) {
  const child = spawn(process.execPath, [program, behaviour], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
    if (chunk.includes('started')) for (const signal of signals) child.kill(signal);
  });
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  return { code, signal, output };
}

describe('runProcess', () => {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    it(`stops in order on ${signal} and ends with 0`, async () => {
      const { code, output } = await run('runs', signal);
      assert.equal(code, 0);
      assert.match(output, /"cause":"SIGTERM"|"cause":"SIGINT"/);
      assert.match(output, /"msg":"stopped"/);
    });
  }

  it('stops once when it is told twice', async () => {
    const { code, output } = await run('runs', 'SIGINT', 'SIGTERM');
    assert.equal(code, 0);
    assert.equal(output.match(/"msg":"stopping"/g)?.length, 1);
  });

  for (const behaviour of ['throws', 'rejects', 'fails to start']) {
    it(`ends with 1 and a fatal line, without a phone number in it, when it ${behaviour}`, async () => {
      const { code, output } = await run(behaviour);
      assert.equal(code, 1);
      assert.match(output, /"level":"fatal".*call \[redacted\] back/);
      assert.doesNotMatch(output, /9876543210/);
    });
  }

  it('ends with 1 when a part could not be stopped', async () => {
    const { code, output } = await run('stops badly', 'SIGTERM');
    assert.equal(code, 1);
    assert.match(output, /"part":"part".*could not stop cleanly/);
  });

  it('is cut off when stopping takes too long', async () => {
    const { code, signal, output } = await run('hangs', 'SIGTERM');
    assert.deepEqual({ code, signal }, { code: 1, signal: null });
    assert.match(output, /did not stop in time/);
  });
});
