import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { describe, it } from 'node:test';
import { createLogger } from '@doffers/process';
import type { Info } from '@temporalio/activity';
import { Registry } from 'prom-client';
import { createWatchAttempt } from './attempts.ts';

function watched() {
  const lines: string[] = [];
  const destination = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk));
      done();
    },
  });
  const registry = new Registry();
  const watch = createWatchAttempt(createLogger({ name: 'test', destination }), registry);
  const attempt = (n: number) =>
    watch({
      attempt: n,
      activityType: 'refund',
      taskQueue: 'core',
      workflowExecution: { workflowId: 'topup/1', runId: 'r' },
    } as Info);
  return { attempt, lines, registry };
}

describe('attempts of an activity', () => {
  it('are nobody’s business as long as they are few', async () => {
    const { attempt, lines, registry } = watched();
    attempt(1);
    attempt(19);
    assert.deepEqual(lines, []);
    assert.doesNotMatch(await registry.metrics(), /late_attempts_total\{/);
  });

  it('are logged and counted from the twentieth on', async () => {
    const { attempt, lines, registry } = watched();
    attempt(20);
    attempt(21);
    const [line] = lines.map((text) => JSON.parse(text));
    assert.deepEqual([lines.length, line.activity, line.attempt, line.workflowId], [2, 'refund', 20, 'topup/1']);
    assert.match(
      await registry.metrics(),
      /doffers_activity_late_attempts_total\{activity="refund",task_queue="core"\} 2/,
    );
  });
});
