import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DomainError, type DomainErrorCode } from '@doffers/errors';
import { ApplicationFailure, ApplicationFailureCategory, CancelledFailure } from '@temporalio/common';
import { toFailure } from './failures.ts';

function failureOf(error: unknown): ApplicationFailure {
  const failure = toFailure(error);
  assert.ok(failure instanceof ApplicationFailure);
  return failure;
}

describe('what a workflow sees of an error', () => {
  const permanent: readonly DomainErrorCode[] = [
    'invalid_argument',
    'failed_precondition',
    'out_of_range',
    'unauthenticated',
    'permission_denied',
    'not_found',
    'already_exists',
    'unimplemented',
  ];
  for (const code of permanent) {
    it(`is final for ${code}, with the reason as its type`, () => {
      const { type, nonRetryable, details } = failureOf(new DomainError(code, 'INSUFFICIENT_FUNDS', 'top up first'));
      assert.deepEqual([type, nonRetryable], ['INSUFFICIENT_FUNDS', true]);
      assert.deepEqual(details, [{ code, info: {} }]);
    });
  }

  for (const code of ['aborted', 'cancelled', 'deadline_exceeded', 'resource_exhausted', 'unavailable'] as const) {
    it(`is worth another try for ${code}`, () => {
      assert.equal(failureOf(new DomainError(code, 'LATER', 'later')).nonRetryable, false);
    });
  }

  it('obeys the time after which a service wants to be asked again', () => {
    const failure = failureOf(new DomainError('unavailable', 'SENDER_PAUSED', 'wait', { retryAfterSeconds: 7 }));
    assert.equal(failure.nextRetryDelay, 7_000);
    assert.equal(failureOf(new DomainError('unavailable', 'DOWN', 'wait')).nextRetryDelay, undefined);
  });

  it('is no cause for alarm when a service only asks for patience', () => {
    const busy = failureOf(new DomainError('resource_exhausted', 'RATE_LIMIT', 'wait', { retryAfterSeconds: 1 }));
    assert.equal(busy.category, ApplicationFailureCategory.BENIGN);
  });

  it('is worth another try for a bug, which a new version may have fixed', () => {
    const { type, nonRetryable } = failureOf(new TypeError('x is not a function'));
    assert.deepEqual([type, nonRetryable], ['TypeError', false]);
    assert.equal(failureOf('thrown text').message, 'thrown text');
  });

  it('holds no phone number, code or cause, since it stays in the history', () => {
    const cause = new Error('+919876543210');
    for (const error of [
      new DomainError('not_found', 'USER_NOT_FOUND', 'nobody has 98765 43210', { cause }),
      new Error('Duplicate entry 9876543210', { cause }),
    ]) {
      const failure = failureOf(error);
      assert.doesNotMatch(failure.message, /98765/);
      assert.equal(failure.cause, undefined);
    }
  });

  it('is left alone when it already is one', () => {
    const cancelled = new CancelledFailure('cancelled');
    assert.equal(toFailure(cancelled), cancelled);
  });
});
