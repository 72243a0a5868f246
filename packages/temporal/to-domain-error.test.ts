import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DomainError } from '@doffers/errors';
import type { RefusalDetails } from '@doffers/workflows/contracts';
import { status } from '@grpc/grpc-js';
import { ServiceError, WorkflowUpdateFailedError, WorkflowUpdateRPCTimeoutOrCancelledError } from '@temporalio/client';
import { ActivityFailure, ApplicationFailure } from '@temporalio/common';
import { toDomainError } from './to-domain-error.ts';

const refused = ApplicationFailure.create({
  message: 'top up first',
  type: 'INSUFFICIENT_FUNDS',
  details: [{ code: 'failed_precondition', info: { missingPaise: '500' } } satisfies RefusalDetails],
});
const reasonOf = (error: unknown) => (error instanceof DomainError ? error.reason : undefined);
const serverError = (code: status) => Object.assign(new Error('no'), { code, details: '', metadata: {} });

describe('an error from a workflow', () => {
  it('comes back as the refusal it was', () => {
    const error = toDomainError(new WorkflowUpdateFailedError('failed', refused));
    assert.ok(error instanceof DomainError);
    const { code, reason, message, info } = error;
    assert.deepEqual(
      { code, reason, message, info },
      {
        code: 'failed_precondition',
        reason: 'INSUFFICIENT_FUNDS',
        message: 'top up first',
        info: { missingPaise: '500' },
      },
    );
  });

  it('comes back so too when an activity refused', () => {
    const inActivity = new ActivityFailure('failed', 'placeHold', '1', 'NON_RETRYABLE_FAILURE', undefined, refused);
    assert.equal(reasonOf(toDomainError(new WorkflowUpdateFailedError('failed', inActivity))), 'INSUFFICIENT_FUNDS');
  });

  it('stays a bug when nobody refused anything', () => {
    const bug = new WorkflowUpdateFailedError('failed', ApplicationFailure.create({ message: 'x', type: 'TypeError' }));
    assert.equal(toDomainError(bug), bug);
    const other = new Error('other');
    assert.equal(toDomainError(other), other);
  });
});

describe('a Temporal server', () => {
  for (const code of [status.UNAVAILABLE, status.DEADLINE_EXCEEDED, status.RESOURCE_EXHAUSTED]) {
    it(`that answers ${status[code]} is a passing trouble for the caller`, () => {
      for (const error of [serverError(code), new ServiceError('failed to start', { cause: serverError(code) })]) {
        assert.equal(reasonOf(toDomainError(error)), 'WORKFLOWS_UNAVAILABLE');
      }
    });
  }

  it('that does not say in time what became of an update is one too', () => {
    const late = new WorkflowUpdateRPCTimeoutOrCancelledError('no answer');
    assert.equal(reasonOf(toDomainError(late)), 'WORKFLOWS_UNAVAILABLE');
  });

  it('that finds our request wrong has found a bug', () => {
    const error = serverError(status.INVALID_ARGUMENT);
    assert.equal(toDomainError(error), error);
  });
});
