import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DomainError } from '@doffers/errors';
import { createLogger } from '@doffers/process';
import type { Info } from '@temporalio/activity';
import { createLogFailure } from './log-failure.ts';

function logged(error: unknown) {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  const info = { activityType: 'refund', taskQueue: 'core', attempt: 3, workflowExecution: { workflowId: 'topup/1' } };
  createLogFailure(createLogger({ name: 'test', destination }))(info as unknown as Info, error);
  return JSON.parse(lines[0] ?? assert.fail('nothing was logged'));
}

describe('the log line of an attempt that failed', () => {
  it('is an error with stack and cause for a bug', () => {
    const { level, err, activity, attempt, workflowId } = logged(new TypeError('no', { cause: new Error('deeper') }));
    assert.deepEqual([level, activity, attempt, workflowId], ['error', 'refund', 3, 'topup/1']);
    assert.match(err.stack, /log-failure\.test/);
    assert.equal(err.cause.message, 'deeper');
  });

  it('is a warning for what may pass', () => {
    const { level, reason } = logged(new DomainError('unavailable', 'SERVICE_UNAVAILABLE', 'later'));
    assert.deepEqual([level, reason], ['warn', 'SERVICE_UNAVAILABLE']);
  });

  it('is news, without a stack, for a refusal', () => {
    const { level, reason, err } = logged(new DomainError('failed_precondition', 'SUPERSEDED', 'no'));
    assert.deepEqual([level, reason, err], ['info', 'SUPERSEDED', undefined]);
  });
});
